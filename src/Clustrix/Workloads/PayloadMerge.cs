using System.Runtime.InteropServices;
using Clustrix.Diagnostics;

namespace Clustrix.Workloads;

/// <summary>Puts the files of all layers into one tree, and finds what can't be in one tree.</summary>
/// <remarks>
/// The same file twice is no collision: a package may lie in two layers. A file or a link where another layer needs a directory is one.
/// </remarks>
internal sealed class PayloadMerge
{
    private readonly List<PlacedFile> _files;
    private readonly Dictionary<string, int> _places;
    private readonly Dictionary<(Origin First, Origin Second), Collision> _collisions = [];

    public PayloadMerge(IReadOnlyCollection<PlacedFile> files)
    {
        _files = new List<PlacedFile>(files.Count);
        _places = new Dictionary<string, int>(files.Count, StringComparer.Ordinal);
        foreach (var file in files)
        {
            Add(file);
        }

        FindFilesAsDirectories();
    }

    /// <summary>The files, each path once: the first that came for it.</summary>
    public IReadOnlyList<PlacedFile> Files => _files;

    /// <summary>All collisions; those between the same two sources are one problem that names the first path.</summary>
    public IEnumerable<Problem> Problems => _collisions.Values.Select(collision => collision.ToProblem());

    /// <summary>The file at a path; null where there is none.</summary>
    public LayerFile? Find(string path) => _places.TryGetValue(path, out var place) ? _files[place].File : null;

    private void Add(PlacedFile placed)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, placed.File.Path, out var taken);
        if (!taken)
        {
            place = _files.Count;
            _files.Add(placed);
        }
        else if (_files[place] is var first && !first.File.HasSameContent(placed.File))
        {
            Report(first, placed, $"{placed.File.Path.Quote()} comes from {Source(first)} and, with other content, from {Source(placed)}");
        }
    }

    private void FindFilesAsDirectories()
    {
        var places = _places.GetAlternateLookup<ReadOnlySpan<char>>();
        var known = new HashSet<string>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var placed in _files)
        {
            var directory = placed.File.Path.AsSpan();
            for (var slash = directory.LastIndexOf('/'); slash > 0 && known.Add(directory[..slash]); slash = directory.LastIndexOf('/'))
            {
                directory = directory[..slash];
                if (places.TryGetValue(directory, out var place) && _files[place] is { File.Kind: not FileKind.Directory } above)
                {
                    var kind = above.File.Kind == FileKind.File ? "file" : "link";
                    Report(above, placed, $"{above.File.Path.Quote()} is a {kind} from {Source(above)} and a directory for {Source(placed)}");
                }
            }
        }
    }

    // Links and empty directories have no content, and so don't say where it comes from.
    private static string Source(PlacedFile placed) =>
        placed.File.Source is { } path ? $"{path.Quote()} ('{placed.Origin.Layer}')" : $"'{placed.Origin.Layer}'";

    private void Report(PlacedFile first, PlacedFile second, string what)
    {
        if (!_collisions.TryGetValue((first.Origin, second.Origin), out var collision))
        {
            _collisions.Add((first.Origin, second.Origin), collision = new Collision(what, second.Origin));
        }

        collision.Count++;
    }

    private sealed class Collision(string what, Origin origin)
    {
        public int Count { get; set; }

        public Problem ToProblem()
        {
            var others = Count == 1 ? "" : $", and {Count - 1} more like it";
            return origin.Problem(ErrorCode.PayloadCollision, $"{what}{others}. Give one of them another Destination.");
        }
    }
}
