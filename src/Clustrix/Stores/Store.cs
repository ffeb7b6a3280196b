using System.Globalization;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Node;
using Clustrix.Workloads;

namespace Clustrix.Stores;

/// <summary>The content-addressed directory on a host: takes payloads, and is cleaned.</summary>
/// <param name="session">A session with the host.</param>
/// <param name="log">Gets what was taken out of use.</param>
public sealed class Store(NodeSession session, ILog log)
{
    // A blob may be collected as garbage between the answer that it is there and the link to it; that doesn't go on for ever.
    private const int Tries = 3;

    /// <summary>Brings a payload to the host. What is there doesn't travel again; nothing half made is ever visible there.</summary>
    /// <param name="payload">The files.</param>
    /// <param name="verification">How closely to look at what is there.</param>
    /// <param name="cancellationToken">Stops; what has arrived by then is used by the next push.</param>
    /// <exception cref="ClustrixException">The store can't be written, is full, or the connection is lost; nothing was published then.</exception>
    public async Task<PushResult> PushAsync(Payload payload, Verification verification, CancellationToken cancellationToken)
    {
        var push = new Push(session.BytesSent + session.BytesReceived, session.Requests);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryPushAsync(payload, verification, push, cancellationToken).ConfigureAwait(false);
            }
            catch (ClustrixException e) when (NodeError.Is(e, NodeError.Gone) && attempt < Tries)
            {
                log.Detail($"{session.Host.Name}: what is in the store changed during the push; asking again.");
            }
            catch (ClustrixException e) when (NodeError.Is(e, NodeError.Corrupt))
            {
                throw Explain(e, payload);
            }
        }
    }

    /// <summary>Finds out what a push would send. Nothing is sent.</summary>
    /// <param name="payload">The files.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="ClustrixException">The store can't be used, or the connection is lost.</exception>
    public async Task<PushPlan> PlanAsync(Payload payload, CancellationToken cancellationToken)
    {
        var files = payload.Files.Count(IsBlob);
        var answer = await session.AskAsync($"push {payload.Root} changed", (_, _) => Task.CompletedTask, cancellationToken).ConfigureAwait(false);
        if (answer.StartsWith("have ", StringComparison.Ordinal))
        {
            return new PushPlan([], files, payload.Root);
        }

        var blobs = BlobsOf(payload);
        var missing = await MissingAsync(blobs.Keys, cancellationToken).ConfigureAwait(false);
        return new PushPlan([.. blobs.Where(blob => missing.Contains(blob.Key)).Select(blob => blob.Value)], files - missing.Count, payload.Root);
    }

    /// <summary>Removes what nobody uses: runs that are over, workspaces and file contents.</summary>
    /// <param name="retention">What stays all the same.</param>
    /// <param name="dryRun">Only says what would go.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    public Task<CleanResult> CleanAsync(Retention retention, bool dryRun, CancellationToken cancellationToken) =>
        AskAsync($"clean {retention.Words} 0 {(dryRun ? "dry" : "now")}", cancellationToken);

    /// <summary>Removes what nobody uses, and of finished runs and payloads those that have been out of use longest, until there is room.</summary>
    /// <param name="retention">What stays, as long as there is room.</param>
    /// <param name="bytes">How much is to be free on the store's file system.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    internal Task<CleanResult> MakeRoomAsync(Retention retention, long bytes, CancellationToken cancellationToken) =>
        AskAsync(string.Create(CultureInfo.InvariantCulture, $"clean {retention.Words} {bytes / 1024} now"), cancellationToken);

    /// <summary>Cleans up when it is due: once a day, and when the store has grown above its limit.</summary>
    /// <param name="retention">What stays.</param>
    /// <param name="growth">About how many bytes were added since the last time that somebody said so.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>What was removed; null when it wasn't due.</returns>
    internal async Task<CleanResult?> TidyAsync(Retention retention, long growth, CancellationToken cancellationToken)
    {
        var lines = await session.AskListAsync(
            string.Create(CultureInfo.InvariantCulture, $"tidy {retention.Words} {growth / 1024}"), null, line => line, cancellationToken).ConfigureAwait(false);
        return lines.Count == 0 ? null : lines.Skip(1).Aggregate(CleanResult.Nothing, (result, line) => session.Read(line, result.With));
    }

    private async Task<CleanResult> AskAsync(string request, CancellationToken cancellationToken)
    {
        var result = CleanResult.Nothing;
        await session.AskListAsync(request, null, line => result = result.With(line), cancellationToken).ConfigureAwait(false);
        return result;
    }

    private async Task<PushResult> TryPushAsync(Payload payload, Verification verification, Push push, CancellationToken cancellationToken)
    {
        var quarantined = new List<string>();
        var answer = await session.AskAsync(
            $"push {payload.Root} {(verification == Verification.All ? "all" : "changed")}",
            (line, _) =>
            {
                quarantined.Add(Quarantined(session.Read(line, text => WordBehind("quarantined ", text))));
                return Task.CompletedTask;
            },
            cancellationToken).ConfigureAwait(false);
        if (answer.StartsWith("have ", StringComparison.Ordinal))
        {
            return Result(answer["have ".Length..], [], push, payload, quarantined);
        }

        var freeKilobytes = session.Read(answer, text => long.Parse(WordBehind("need ", text), CultureInfo.InvariantCulture));
        var blobs = BlobsOf(payload);
        var missing = await MissingAsync(blobs.Keys, cancellationToken).ConfigureAwait(false);
        var bytes = missing.Sum(name => blobs[name].Size);
        if (freeKilobytes > 0 && bytes / 1024 > freeKilobytes)
        {
            throw NodeError.ToException(session.Host.Name, $"store-full {session.Root} needs {ByteSize.Format(bytes)}, free are {ByteSize.Format(freeKilobytes * 1024)}");
        }

        var workspace = await SendAsync(
            payload.Root, ArchiveTransfer.Writing(session, archive => Write(archive, payload, missing, blobs, cancellationToken)), cancellationToken).ConfigureAwait(false);
        return Result(workspace, [.. missing.Select(name => blobs[name])], push, payload, quarantined);
    }

    private static Dictionary<string, LayerFile> BlobsOf(Payload payload) =>
        payload.Files.Where(IsBlob).DistinctBy(file => file.BlobName).ToDictionary(file => PathOf(file.BlobName));

    private async Task<string> SendAsync(string root, Action<Stream> write, CancellationToken cancellationToken)
    {
        var encoding = ArchiveTransfer.EncodingOf(session.Host);
        if (!session.Host.HasShellsToSpare)
        {
            return await session.SendStreamAsync($"workspace {root} {encoding}", write, null, cancellationToken).ConfigureAwait(false);
        }

        await session.UnpackAsync(encoding, write, cancellationToken).ConfigureAwait(false);
        return await session.AskAsync($"workspace {root} unpacked", null, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HashSet<string>> MissingAsync(Dictionary<string, LayerFile>.KeyCollection names, CancellationToken cancellationToken)
    {
        var missing = await session.AskListAsync("missing", names, name => names.Contains(name) ? name : throw new FormatException(), cancellationToken).ConfigureAwait(false);
        return new HashSet<string>(missing, StringComparer.Ordinal);
    }

    private static void Write(
        StoreArchive archive, Payload payload, HashSet<string> missing, Dictionary<string, LayerFile> blobs, CancellationToken cancellationToken)
    {
        archive.AddDirectory("in");
        archive.AddDirectory("tree");
        foreach (var name in missing.Order(StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            AddBlob(archive, $"in/{name}", blobs[name]);
        }

        foreach (var file in payload.Files)
        {
            var path = $"tree/{file.Path}";
            if (file.Kind == FileKind.Directory)
            {
                archive.AddDirectory(path);
            }
            else if (file.Kind == FileKind.SymbolicLink)
            {
                archive.AddSymbolicLink(path, file.LinkTarget!);
            }
            else if (!IsBlob(file))
            {
                archive.AddBlob(path, file.Executable, Stream.Null);
            }
            else
            {
                var name = PathOf(file.BlobName);
                var target = missing.Contains(name) ? archive.PathInStore($"in/{name}") : $"cas/{name}";
                archive.AddHardLink(path, target, file.Executable);
            }
        }
    }

    private static void AddBlob(StoreArchive archive, string path, LayerFile file)
    {
        FileStream content;
        try
        {
            content = new FileStream(file.Source!, new FileStreamOptions { Access = FileAccess.Read, BufferSize = 0, Options = FileOptions.SequentialScan });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClustrixException(ErrorCode.PayloadUnreadable, $"'{file.Source}' can't be read any more: {e.Message}. Don't change the payload while it is pushed.", e);
        }

        using (content)
        {
            archive.AddBlob(path, file.Executable, content);
        }
    }

    private PushResult Result(string workspace, IReadOnlyList<LayerFile> sent, Push push, Payload payload, List<string> quarantined) => new(
        new Dictionary<string, string> { [session.Host.Name] = workspace },
        sent.Count,
        payload.Files.Count(IsBlob) - sent.Count,
        sent.Sum(file => file.Size),
        session.BytesSent + session.BytesReceived - push.BytesBefore,
        session.Requests - push.RequestsBefore,
        quarantined);

    private static string WordBehind(string word, string text) =>
        text.StartsWith(word, StringComparison.Ordinal) ? text[word.Length..] : throw new FormatException();

    private string Quarantined(string blob)
    {
        log.Warn(new Problem(
            ErrorCode.BlobQuarantined,
            $"{session.Host.Name}: the content of {blob} in the store '{session.Root}' was changed since it was published. It was moved to 'quarantine' and is sent again. Something writes to the store, or the disk is failing.",
            Severity: Severity.Warning));
        return blob;
    }

    // A digest that doesn't match nearly always means that a file was written to while it was read.
    private static ClustrixException Explain(ClustrixException e, Payload payload)
    {
        var text = (string)e.Data["text"]!;
        var changed = payload.Files.FirstOrDefault(file => IsBlob(file) && text.Contains(PathOf(file.BlobName), StringComparison.Ordinal));
        return changed is null
            ? e
            : new ClustrixException(ErrorCode.TransferCorrupt, $"'{changed.Source}' changed while it was pushed. Nothing was published; start again when nobody writes to it.", e);
    }

    // Empty files are written out: a file system allows only so many links to one file.
    private static bool IsBlob(LayerFile file) => file is { Kind: FileKind.File, Size: > 0 };

    private static string PathOf(string blobName) => $"{blobName.AsSpan(0, 2)}/{blobName.AsSpan(2)}";

    private readonly record struct Push(long BytesBefore, int RequestsBefore);
}
