using System.Globalization;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Node;
using Clustrix.Workloads;

namespace Clustrix.Stores;

/// <summary>One payload on its way to a store.</summary>
/// <param name="session">A session with the host.</param>
/// <param name="pushed">What was pushed before; null when nothing is remembered.</param>
/// <param name="log">Gets what was taken out of use.</param>
/// <param name="payload">The files.</param>
/// <param name="verification">How closely to look at what is there.</param>
internal sealed class Push(NodeSession session, PushedPayloads? pushed, ILog log, Payload payload, Verification verification)
{
    // A blob may be collected as garbage between the answer that it is there and the link to it; that doesn't go on for ever.
    private const int Tries = 3;

    // Names of blobs that go along with the first question; of more than that it is asked in a second one.
    private const int BlobsInAQuestion = 40;

    // So many files and bytes one process checks faster than several do that have to be started first.
    private const int FewBlobs = 40;
    private const long FewBytes = 4 << 20;

    // Making a tree of another one's costs its files; sending it costs some more for each file.
    private const int LeastPartInCommon = 2;

    private readonly long _bytesBefore = session.BytesSent + session.BytesReceived;
    private readonly int _requestsBefore = session.Requests;
    private readonly PayloadBlobs _blobs = new(payload);
    private readonly List<string> _quarantined = [];

    public async Task<PushResult> ExecuteAsync(CancellationToken cancellationToken)
    {
        var difference = pushed is null ? null : await pushed.CompareAsync(session.Host.Name, payload, cancellationToken).ConfigureAwait(false);
        if (pushed is null || difference is { IsNone: true })
        {
            return await TryAsync(null, cancellationToken).ConfigureAwait(false);
        }

        // Written out while the host is at work.
        var formatted = Task.Run(() => PushedPayloads.Format(payload), cancellationToken);
        var result = await TryAsync(difference?.Added.Count > payload.Files.Count / LeastPartInCommon ? null : difference, cancellationToken).ConfigureAwait(false);
        await pushed.RememberAsync(session.Host.Name, payload, await formatted.ConfigureAwait(false), log, cancellationToken).ConfigureAwait(false);
        return result;
    }

    private async Task<PushResult> TryAsync(Difference? difference, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // Whatever it was that went away: the base isn't needed.
                return await TryOnceAsync(attempt == 1 ? difference : null, cancellationToken).ConfigureAwait(false);
            }
            catch (ClustrixException e) when (NodeError.Is(e, NodeError.Gone) && attempt < Tries)
            {
                log.Detail($"{session.Host.Name}: what is in the store changed during the push; asking again.");
            }
            catch (ClustrixException e) when (NodeError.Is(e, NodeError.Corrupt))
            {
                throw Explain(e);
            }
        }
    }

    private async Task<PushResult> TryOnceAsync(Difference? difference, CancellationToken cancellationToken)
    {
        var asked = difference?.NewBlobs.Count <= BlobsInAQuestion ? difference.NewBlobs : [];
        var answer = await session.AskAsync(
            string.Join(' ', [
                $"push {payload.Root} {(verification == Verification.All ? "all" : "changed")}", .. difference is null ? (string[])[] : [difference.Base], .. asked]),
            (line, _) =>
            {
                _quarantined.Add(Quarantined(session.Read(line, text => WordBehind("quarantined ", text))));
                return Task.CompletedTask;
            },
            cancellationToken).ConfigureAwait(false);
        return answer switch
        {
            _ when answer.StartsWith("have ", StringComparison.Ordinal) => Result(answer["have ".Length..], []),
            _ when answer.StartsWith("base ", StringComparison.Ordinal) && difference is not null =>
                await SendDifferenceAsync(difference, asked, answer.Split(' ')[1..], cancellationToken).ConfigureAwait(false),
            _ => await SendAllAsync(session.Read(answer, text => Kilobytes(WordBehind("need ", text))), cancellationToken).ConfigureAwait(false),
        };
    }

    private async Task<PushResult> SendDifferenceAsync(Difference difference, IReadOnlyList<string> asked, string[] answer, CancellationToken cancellationToken)
    {
        var missing = asked.Count == difference.NewBlobs.Count
            ? [.. answer[1..].Select(name => session.Read(name, _blobs.Checked))]
            : await AskMissingAsync(session, _blobs, difference.NewBlobs, cancellationToken).ConfigureAwait(false);
        CheckSpace(missing, session.Read(answer[0], Kilobytes));
        var archive = new PushArchive(_blobs, missing, cancellationToken);
        var workspace = await session.SendStreamAsync(
            $"difference {payload.Root} {(missing.Count <= FewBlobs && BytesOf(missing) <= FewBytes ? "few" : "many")}",
            ArchiveTransfer.Writing(session, tar => archive.Write(tar, difference)),
            null,
            cancellationToken).ConfigureAwait(false);
        return Result(workspace, missing);
    }

    private async Task<PushResult> SendAllAsync(long freeKilobytes, CancellationToken cancellationToken)
    {
        var missing = await AskMissingAsync(session, _blobs, _blobs.Paths, cancellationToken).ConfigureAwait(false);
        CheckSpace(missing, freeKilobytes);
        var archive = new PushArchive(_blobs, missing, cancellationToken);
        var write = ArchiveTransfer.Writing(session, tar => archive.Write(tar, payload));
        if (!session.Host.HasShellsToSpare)
        {
            return Result(await session.SendStreamAsync($"workspace {payload.Root} stream", write, null, cancellationToken).ConfigureAwait(false), missing);
        }

        await session.UnpackAsync(write, cancellationToken).ConfigureAwait(false);
        return Result(await session.AskAsync($"workspace {payload.Root} unpacked", null, cancellationToken).ConfigureAwait(false), missing);
    }

    /// <summary>Asks which contents the store doesn't have.</summary>
    public static async Task<HashSet<string>> AskMissingAsync(
        NodeSession session, PayloadBlobs blobs, IReadOnlyCollection<string> paths, CancellationToken cancellationToken) =>
        new(await session.AskListAsync("missing", paths, blobs.Checked, cancellationToken).ConfigureAwait(false), StringComparer.Ordinal);

    private void CheckSpace(HashSet<string> missing, long freeKilobytes)
    {
        var bytes = BytesOf(missing);
        if (freeKilobytes > 0 && bytes / 1024 > freeKilobytes)
        {
            throw NodeError.ToException(session.Host.Name, $"store-full {session.Root} needs {ByteSize.Format(bytes)}, free are {ByteSize.Format(freeKilobytes * 1024)}");
        }
    }

    private long BytesOf(IEnumerable<string> blobs) => blobs.Sum(path => _blobs[path].Size);

    private PushResult Result(string workspace, HashSet<string> sent) => new(
        new Dictionary<string, string> { [session.Host.Name] = workspace },
        sent.Count,
        _blobs.Links - sent.Count,
        BytesOf(sent),
        session.BytesSent + session.BytesReceived - _bytesBefore,
        session.Requests - _requestsBefore,
        _quarantined);

    private string Quarantined(string blob)
    {
        log.Warn(new Problem(
            ErrorCode.BlobQuarantined,
            $"{session.Host.Name}: the content of {blob} in the store '{session.Root}' was changed since it was published. It was moved to 'quarantine' and is sent again. Something writes to the store, or the disk is failing.",
            Severity: Severity.Warning));
        return blob;
    }

    // A digest that doesn't match nearly always means that a file was written to while it was read.
    private ClustrixException Explain(ClustrixException e)
    {
        var text = (string)e.Data["text"]!;
        return _blobs.Paths.FirstOrDefault(path => text.Contains(path, StringComparison.Ordinal)) is { } changed
            ? BlobContent.Changed(_blobs[changed], e)
            : e;
    }

    private static string WordBehind(string word, string text) =>
        text.StartsWith(word, StringComparison.Ordinal) ? text[word.Length..] : throw new FormatException();

    private static long Kilobytes(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
