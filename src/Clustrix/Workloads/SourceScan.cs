using Clustrix.Diagnostics;

namespace Clustrix.Workloads;

/// <summary>Lists what the sources of a payload give, without reading any of it, and what is wrong with them.</summary>
internal sealed class SourceScan(ParallelOptions parallel, Predicate<string> isLeftOut)
{
    private readonly List<FoundPath> _found = [];
    private readonly List<Problem> _problems = [];

    /// <summary>What was found, source by source, each in the order of its places.</summary>
    public IReadOnlyList<FoundPath> Found => _found;

    /// <summary>What is wrong, source by source.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>Lists what one more source gives.</summary>
    public void Add(PayloadSource source)
    {
        if (!Path.IsPathFullyQualified(source.Path))
        {
            throw new ArgumentException($"The path of a source is absolute, and {source.Path.Quote()} isn't.", nameof(source));
        }

        var before = _problems.Count;
        _problems.AddRange(SourceRules.Check(source));
        if (_problems.Count > before)
        {
            return;
        }

        var origin = new Origin(source.Layer, source.File, source.Line);
        try
        {
            AddRoot(source, origin);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _problems.Add(origin.Problem(
                ErrorCode.PayloadUnreadable, $"{source.Path.Quote()} can't be read: {exception.Message.TrimEnd('.')}. Make it readable."));
        }
    }

    private void AddRoot(PayloadSource source, Origin origin)
    {
        var path = Path.TrimEndingDirectorySeparator(source.Path);
        var destination = source.Destination.TrimEnd('/');
        if (!FileStatus.TryRead(path, out var status))
        {
            _problems.Add(origin.Problem(
                ErrorCode.PayloadMissing, $"{source.Path.Quote()} isn't there. Correct the path, or build what makes it first."));
        }
        else if (status.IsSymbolicLink && !FileStatus.TryRead(path = Target(path), out status))
        {
            _problems.Add(origin.Problem(
                ErrorCode.PayloadMissing, $"{source.Path.Quote()} is a link to {path.Quote()}, which isn't there. Make what it points at first, or correct the link."));
        }
        else if (!status.IsDirectory)
        {
            _found.Add(new FoundPath(origin, path, destination.Below(Path.GetFileName(source.Path)), IsDirectory: false));
        }
        else
        {
            var place = destination.Length == 0 ? "" : destination + "/";
            AddTree(new SourceDirectory(origin, SourceRules.Exclusions(source), isLeftOut, path, place, place.Length));
        }
    }

    private void AddTree(SourceDirectory root)
    {
        for (List<SourceDirectory> level = [root]; level.Count > 0; level = [.. level.SelectMany(directory => directory.Directories)])
        {
            Parallel.ForEach(level, parallel, directory => directory.List());
        }

        root.AddTo(_found, _problems);
    }

    private static string Target(string link) => File.ResolveLinkTarget(link, returnFinalTarget: true)?.FullName ?? link;
}
