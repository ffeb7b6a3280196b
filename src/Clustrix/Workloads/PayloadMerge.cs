using System.Runtime.InteropServices;
using Clustrix.Diagnostics;

namespace Clustrix.Workloads;

/// <summary>Puts the files of all layers into one tree, and finds what can't be in one tree.</summary>
/// <remarks>
/// The same file twice is no collision: a package may lie in two layers. A file or a link where another layer needs a directory is one.
/// </remarks>
internal sealed class PayloadMerge
{
    private readonly Dictionary<string, PlacedFile> _owners;
    private readonly Dictionary<(string? FirstFile, int FirstLine, string FirstLayer, string? File, int Line, string Layer), Collision> _collisions = [];

    public PayloadMerge(IReadOnlyCollection<PlacedFile> files)
    {
        _owners = new Dictionary<string, PlacedFile>(files.Count, StringComparer.Ordinal);
        foreach (var file in files)
        {
            Add(file);
        }

        FindFilesAsDirectories();
    }

    /// <summary>The files by path, each path once: the first that came.</summary>
    public IReadOnlyDictionary<string, PlacedFile> Files => _owners;

    /// <summary>All collisions; those between the same two sources are one problem that names the first path.</summary>
    public IEnumerable<Problem> Problems => _collisions.Values.Select(collision => collision.ToProblem());

    private void Add(PlacedFile placed)
    {
        ref var owner = ref CollectionsMarshal.GetValueRefOrAddDefault(_owners, placed.File.Path, out var taken);
        if (!taken)
        {
            owner = placed;
        }
        else if (!owner.File.HasSameContent(placed.File))
        {
            Report(owner, placed, $"'{placed.File.Path}' comes from '{owner.Layer}' and, with other content, from '{placed.Layer}'");
        }
    }

    private void FindFilesAsDirectories()
    {
        var owners = _owners.GetAlternateLookup<ReadOnlySpan<char>>();
        var known = new HashSet<string>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var (path, placed) in _owners)
        {
            var directory = path.AsSpan();
            for (var slash = directory.LastIndexOf('/'); slash > 0 && known.Add(directory[..slash]); slash = directory.LastIndexOf('/'))
            {
                directory = directory[..slash];
                if (owners.TryGetValue(directory, out var above) && above.File.Kind != FileKind.Directory)
                {
                    Report(above, placed, $"'{directory}' is a {(above.File.Kind == FileKind.File ? "file" : "link")} in '{above.Layer}' and a directory in '{placed.Layer}'");
                }
            }
        }
    }

    private void Report(PlacedFile first, PlacedFile second, string what)
    {
        var key = (first.DeclaredIn, first.Line, first.Layer, second.DeclaredIn, second.Line, second.Layer);
        if (!_collisions.TryGetValue(key, out var collision))
        {
            _collisions.Add(key, collision = new Collision(what, second.DeclaredIn, second.Line));
        }

        collision.Count++;
    }

    private sealed class Collision(string what, string? file, int line)
    {
        public int Count { get; set; }

        public Problem ToProblem()
        {
            var others = Count == 1 ? "" : $", and {Count - 1} more like it";
            return new Problem(ErrorCode.PayloadCollision, $"{what}{others}. Give one of them another Destination.", file, line);
        }
    }
}
