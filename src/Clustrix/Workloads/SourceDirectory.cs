using System.IO.Enumeration;
using Clustrix.Diagnostics;

namespace Clustrix.Workloads;

/// <summary>One directory of a source, and, once it is listed, the directories in it.</summary>
/// <param name="origin">The source that it belongs to.</param>
/// <param name="exclusions">What is left out, by patterns.</param>
/// <param name="isLeftOut">What is left out, by absolute path.</param>
/// <param name="path">Absolute path on this machine.</param>
/// <param name="place">Path in the payload with a slash at the end; empty for the payload's root.</param>
/// <param name="rootLength">How much of a place in the payload is the source's own destination.</param>
internal sealed class SourceDirectory(Origin origin, PathPattern[] exclusions, Predicate<string> isLeftOut, string path, string place, int rootLength)
{
    /// <summary>What .NET puts for bytes of a name that aren't UTF-8. Such a name can't be used to open the file.</summary>
    public const char Undecodable = '\uFFFD';

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly string _pathPrefix = path.EndsWith('/') ? path : path + "/";
    private readonly List<Entry> _entries = [];
    private readonly List<Problem> _problems = [];
    private bool _isEmpty;

    /// <summary>The directories that were listed in this one.</summary>
    public IEnumerable<SourceDirectory> Directories => _entries.Where(entry => entry.Directory is not null).Select(entry => entry.Directory!);

    /// <summary>Lists the directory, but nothing below it.</summary>
    public void List()
    {
        try
        {
            _isEmpty = true;
            foreach (var entry in new FileSystemEnumerable<Entry>(path, Describe, Everything))
            {
                _isEmpty = false;
                Add(entry);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _isEmpty = false;
            Report($"The directory {path.Quote()} can't be listed: {exception.Message.TrimEnd('.')}. Make it readable, or leave it out by Exclude.");
        }

        // The order that a layer has: 'a-b' before 'a/b', which is why a directory's place ends with its slash.
        _entries.Sort(static (a, b) => string.CompareOrdinal(a.Place, b.Place));
    }

    /// <summary>Adds what was listed here and below, in the order of the places.</summary>
    public void AddTo(List<FoundPath> found, List<Problem> problems)
    {
        problems.AddRange(_problems);
        if (_isEmpty && place.Length > 0)
        {
            found.Add(new FoundPath(origin, path, place[..^1], IsDirectory: true));
        }

        foreach (var entry in _entries)
        {
            if (entry.Directory is null)
            {
                found.Add(new FoundPath(origin, entry.Path, entry.Place, IsDirectory: false));
            }
            else
            {
                entry.Directory.AddTo(found, problems);
            }
        }
    }

    // A link to a directory also calls itself one, and is never entered.
    private Entry Describe(ref FileSystemEntry entry)
    {
        var full = string.Concat(_pathPrefix, entry.FileName);
        return entry.IsDirectory && FileStatus.TryRead(full, out var status) && status.IsDirectory
            ? Below(full, string.Concat(place, entry.FileName, "/"))
            : new Entry(full, string.Concat(place, entry.FileName), null);
    }

    private Entry Below(string full, string below) => new(full, below, new SourceDirectory(origin, exclusions, isLeftOut, full, below, rootLength));

    private void Add(in Entry entry)
    {
        var relative = entry.Place.AsSpan(rootLength).TrimEnd('/');
        foreach (var exclusion in exclusions)
        {
            if (exclusion.Matches(relative))
            {
                return;
            }
        }

        if (isLeftOut(entry.Path))
        {
            return;
        }

        if (entry.Place.AsSpan(place.Length).Contains(Undecodable))
        {
            Report($"The name of {entry.Path.Quote()} isn't valid UTF-8. Rename it, or leave it out by Exclude.");
        }
        else
        {
            _entries.Add(entry);
        }
    }

    private void Report(string message) => _problems.Add(origin.Problem(ErrorCode.PayloadUnreadable, message));

    private readonly record struct Entry(string Path, string Place, SourceDirectory? Directory);
}
