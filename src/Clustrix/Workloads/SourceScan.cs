using System.IO.Enumeration;
using Clustrix.Diagnostics;

namespace Clustrix.Workloads;

/// <summary>Lists what the sources of a payload give, without reading any of it, and what is wrong with them.</summary>
internal sealed class SourceScan
{
    // What .NET puts for bytes of a name that aren't UTF-8. The name can't be used to open the file.
    internal const char Undecodable = '\uFFFD';

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly List<FoundPath> _found = [];
    private readonly List<Problem> _problems = [];

    /// <summary>What was found, source by source.</summary>
    public IReadOnlyList<FoundPath> Found => _found;

    /// <summary>What is wrong, source by source.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>Lists what one more source gives.</summary>
    public void Add(PayloadSource source, CancellationToken cancellationToken)
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

        try
        {
            AddRoot(source, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Report(source, ErrorCode.PayloadUnreadable, $"{source.Path.Quote()} can't be read: {exception.Message.TrimEnd('.')}. Make it readable.");
        }
    }

    private void AddRoot(PayloadSource source, CancellationToken cancellationToken)
    {
        var path = Path.TrimEndingDirectorySeparator(source.Path);
        var destination = source.Destination.TrimEnd('/');
        if (!FileStatus.TryRead(path, out var status)
            || (status.IsSymbolicLink && !FileStatus.TryRead(path = Target(path), out status)))
        {
            Report(source, ErrorCode.PayloadMissing, $"{source.Path.Quote()} isn't there. Correct the path, or build what makes it first.");
        }
        else if (!status.IsDirectory)
        {
            _found.Add(new FoundPath(source, path, destination.Below(Path.GetFileName(source.Path)), false));
        }
        else
        {
            AddTree(source, path, destination, cancellationToken);
        }
    }

    private void AddTree(PayloadSource source, string root, string destination, CancellationToken cancellationToken)
    {
        var exclusions = SourceRules.Exclusions(source);
        var waiting = new Stack<(string Path, string Relative)>([(root, "")]);
        while (waiting.TryPop(out var directory))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var isEmpty = true;
            foreach (var (name, isDirectory) in List(source, directory.Path))
            {
                isEmpty = false;
                var path = Path.Join(directory.Path, name);
                var relative = directory.Relative.Below(name);
                if (exclusions.Any(exclusion => exclusion.Matches(relative)))
                {
                    continue;
                }

                if (name.Contains(Undecodable, StringComparison.Ordinal))
                {
                    Report(source, ErrorCode.PayloadUnreadable, $"The name of {path.Quote()} isn't valid UTF-8. Rename it, or leave it out by Exclude.");
                }
                else if (isDirectory)
                {
                    waiting.Push((path, relative));
                }
                else
                {
                    _found.Add(new FoundPath(source, path, destination.Below(relative), false));
                }
            }

            var place = directory.Relative.Length == 0 ? destination : destination.Below(directory.Relative);
            if (isEmpty && place.Length > 0)
            {
                _found.Add(new FoundPath(source, directory.Path, place, true));
            }
        }
    }

    private List<(string Name, bool IsDirectory)> List(PayloadSource source, string directory)
    {
        try
        {
            return [.. new FileSystemEnumerable<(string, bool)>(directory, Describe, Everything)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Report(source, ErrorCode.PayloadUnreadable, $"The directory {directory.Quote()} can't be listed: {exception.Message.TrimEnd('.')}. Make it readable, or leave it out by Exclude.");
            return [];
        }
    }

    // A link to a directory also calls itself one; the target is never entered.
    private static (string Name, bool IsDirectory) Describe(ref FileSystemEntry entry) =>
        (entry.FileName.ToString(), entry.IsDirectory && FileStatus.TryRead(entry.ToFullPath(), out var status) && status.IsDirectory);

    private static string Target(string link) => File.ResolveLinkTarget(link, returnFinalTarget: true)?.FullName ?? link;

    private void Report(PayloadSource source, ErrorCode code, string message) =>
        _problems.Add(new Problem(code, message, source.File, source.Line));
}
