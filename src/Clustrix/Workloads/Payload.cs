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
        : this(layers, Merge(layers))
    {
    }

    /// <summary>Makes a payload of layers that are known not to collide.</summary>
    internal Payload(IReadOnlyList<Layer> layers, IEnumerable<LayerFile> files)
    {
        Layers = layers;
        Files = LayerFile.Sort(files);
        Root = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(
            "clustrix-root-1\0" + string.Concat(layers.Select(l => l.Digest + "\n")))));
    }

    /// <summary>The layers, in the order they were given.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>The files of all layers, sorted ordinally by path, each path once.</summary>
    public IReadOnlyList<LayerFile> Files { get; }

    /// <summary>The digest of the whole, 64 lower-case hexadecimal digits.</summary>
    public string Root { get; }

    /// <summary>
    /// The digest of the files and links alone, whatever layers they come in: what a copy of the tree can be checked against. Empty
    /// directories are no part of it, because one layer's may be filled by another.
    /// </summary>
    public string Tree => new Layer("tree", Files.Where(file => file.Kind != FileKind.Directory)).Digest;

    private static IEnumerable<LayerFile> Merge(IReadOnlyList<Layer> layers)
    {
        var merge = new PayloadMerge(
            [.. layers.Select(layer => (layer.Files, Origin: new Origin(layer.Name, null, 0)))
                .SelectMany(layer => layer.Files.Select(file => new PlacedFile(file, layer.Origin)))]);
        Problem[] problems = [.. merge.Problems];
        return problems.Length == 0 ? merge.Files.Select(placed => placed.File) : throw new ClustrixException(problems);
    }
}
