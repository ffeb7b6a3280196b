using System.Security.Cryptography;
using System.Text;
using Clustrix.Diagnostics;

namespace Clustrix.Workloads;

/// <summary>All the files that a workload's items find on the node: an ordered list of layers under one root digest.</summary>
public sealed class Payload
{
    /// <summary>Makes a payload.</summary>
    /// <param name="layers">The layers; their order is a part of the root digest.</param>
    /// <exception cref="ClustrixException">Two layers give different things for one path (<see cref="ErrorCode.PayloadCollision"/>); all collisions at once.</exception>
    public Payload(IReadOnlyList<Layer> layers)
    {
        Layers = layers;
        Files = Merge(layers);
        Root = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(
            "clustrix-root-1\0" + string.Concat(layers.Select(l => l.Digest + "\n")))));
    }

    /// <summary>The layers, in the order they were given.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>The files of all layers, sorted ordinally by path, each path once.</summary>
    public IReadOnlyList<LayerFile> Files { get; }

    /// <summary>The digest of the whole, 64 lower-case hexadecimal digits.</summary>
    public string Root { get; }

    // The same file twice is no collision: a package may lie in two layers. A file where another layer needs a directory is one.
    private static List<LayerFile> Merge(IReadOnlyList<Layer> layers)
    {
        var all = layers.SelectMany(layer => layer.Files.Select(file => (Layer: layer, File: file)))
            .OrderBy(entry => entry.File.Path, StringComparer.Ordinal)
            .ToList();
        var merged = new List<LayerFile>(all.Count);
        var owners = new Dictionary<string, (Layer Layer, LayerFile File)>(all.Count, StringComparer.Ordinal);
        var problems = new List<Problem>();
        foreach (var (layer, file) in all)
        {
            if (!owners.TryGetValue(file.Path, out var first))
            {
                owners.Add(file.Path, (layer, file));
                merged.Add(file);
            }
            else if (first.File with { Source = null } != file with { Source = null })
            {
                problems.Add(new Problem(
                    ErrorCode.PayloadCollision,
                    $"'{file.Path}' comes from '{first.Layer.Name}' and, with other content, from '{layer.Name}'. Give one of them another Destination."));
            }
        }

        foreach (var (path, owner) in owners)
        {
            for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
            {
                if (owners.TryGetValue(path[..slash], out var above) && above.File.Kind != FileKind.Directory)
                {
                    problems.Add(new Problem(
                        ErrorCode.PayloadCollision,
                        $"'{path[..slash]}' is a file in '{above.Layer.Name}' and a directory in '{owner.Layer.Name}'. Give one of them another Destination."));
                }
            }
        }

        return problems.Count == 0 ? merged : throw new ClustrixException(problems);
    }
}
