using System.Buffers;
using System.Formats.Tar;
using System.Globalization;
using System.Security.Cryptography;
using Clustrix.Diagnostics;
using Clustrix.Node;
using Clustrix.Runs;
using Clustrix.Stores;

namespace Clustrix.Results;

/// <summary>Brings logs and outputs to this machine. A file appears under its name only when it is whole and matches its digest.</summary>
/// <param name="cluster">The hosts that have them.</param>
/// <param name="log">Hears of hosts that can't be asked any more.</param>
/// <param name="run">The run's id.</param>
/// <param name="directory">The run's artifacts directory.</param>
internal sealed class Collection(ClusterHosts cluster, ILog log, string run, string directory)
{
    private const string OutputPrefix = "work/";

    // They become one command line on the node. More aren't held in memory at once either.
    private const int PathsPerRequest = 1000;
    private const int BytesAtOnce = 1 << 16;
    private const int MostNamed = 3;

    public async Task<IReadOnlyList<CollectedItem>> CollectAsync(IReadOnlyList<ItemResult> results, CancellationToken cancellationToken)
    {
        var stores = results.Where(result => result.Record is not null).GroupBy(result => StoreOf(result.Host), StringComparer.Ordinal)
            .Select(group => (
                Name: group.Key,
                Wanted: group.SelectMany(FilesOf).Concat(results.SelectMany(result => LogsOfOtherAttempts(result, group.Key))).ToList(),
                Items: group.Count()))
            .ToList();

        // At once: hosts that have gone away together are waited for together.
        var reasons = await Task.WhenAll(stores.Select(store => TryCollectAsync(store.Name, store.Wanted, store.Items, cancellationToken))).ConfigureAwait(false);
        var absences = stores.Zip(reasons).ToDictionary(pair => pair.First.Name, pair => pair.Second, StringComparer.Ordinal);
        return [.. results.Select(result => result.Record is { } record ? Collected(result, record, absences[StoreOf(result.Host)]) : new CollectedItem(result, null, null, []))];
    }

    // The name of the host that stands for all that see the same files.
    private string StoreOf(string host) => cluster.SharesStore ? cluster.First.Name : host;

    // Returns why nobody brings it.
    private async Task<Problem?> TryCollectAsync(string store, List<WantedFile> wanted, int items, CancellationToken cancellationToken)
    {
        List<ClusterHost> hosts = [.. cluster.Usable.Where(host => StoreOf(host.Name) == store)];
        if (hosts.Count == 0)
        {
            return cluster.LeftOut.GetValueOrDefault(store)?.Problems[0] ?? new Problem(ErrorCode.HostUnreachable, $"{store} can't be used any more.");
        }

        try
        {
            await CollectAsync(hosts, wanted, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (ClustrixException e) when (ClusterHosts.IsOfHost(e.Code))
        {
            var message = $"{e.Problems[0].Message} The logs and outputs of {Count.Of(items, "item")} are there and weren't collected; 'clustrix collect {run}' brings them {When(e.Code)}.";
            if (cluster.Usable.Count == 1)
            {
                throw new ClustrixException(e.Code, message, e);
            }

            log.Warn(new Problem(e.Code, message, Severity: Severity.Warning));
            return e.Problems[0];
        }
    }

    // Before a host is waited for that was given up, those are asked that see its store. Whoever has brought something is waited for anew.
    private async Task CollectAsync(List<ClusterHost> hosts, List<WantedFile> wanted, CancellationToken cancellationToken)
    {
        var reconnection = new Reconnection(cluster.HostLossTimeout, log);
        while (true)
        {
            ClustrixException? failure = null;
            var missing = wanted.Count(file => !file.IsHere);
            foreach (var host in hosts.Where(host => !host.IsGivenUp))
            {
                try
                {
                    await CollectAsync(await host.UsableSessionAsync(cancellationToken).ConfigureAwait(false), wanted.Where(file => !file.IsHere), cancellationToken).ConfigureAwait(false);
                    return;
                }
                catch (ClustrixException e) when (ClusterHosts.IsOfHost(e.Code))
                {
                    host.IsLost = true;
                    failure = e;
                }
            }

            if (wanted.Count(file => !file.IsHere) < missing)
            {
                reconnection = new Reconnection(cluster.HostLossTimeout, log);
            }

            await reconnection.ConnectAsync(hosts, failure, cancellationToken).ConfigureAwait(false);
        }
    }

    private IEnumerable<WantedFile> FilesOf(ItemResult result) =>
        result.Record!.Files.Where(file => file.IsUtf8).Select(file => new WantedFile($"{result.Record.Directory}/{file.Path}", TargetOf(result.Name, file), file));

    // What they put out isn't the item's output; what they said tells why there was another one.
    private IEnumerable<WantedFile> LogsOfOtherAttempts(ItemResult result, string store) =>
        from attempt in result.OtherAttempts
        where StoreOf(attempt.Host) == store
        from file in attempt.Record?.Files ?? []
        where file.Path is "stdout" or "stderr"
        select new WantedFile(
            $"{attempt.Record?.Directory}/{file.Path}",
            Path.Combine(RootOf(result.Name), "attempts", attempt.Number.ToString(CultureInfo.InvariantCulture), file.Path + ".log"),
            file);

    private async Task CollectAsync(NodeSession session, IEnumerable<WantedFile> wanted, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var files in wanted.Chunk(PathsPerRequest))
            {
                await CollectAsync(session, files, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ClustrixException e) when (NodeError.Is(e, NodeError.Gone))
        {
            throw new ClustrixException(
                ErrorCode.OutputCorrupt,
                $"{session.Host.Name}: an output that a record names is gone from the store '{session.Root}' ({e.Data["text"]}). Something removed it after the item had ended; start again with ClustrixReuseResults=false.",
                e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClustrixException(
                ErrorCode.ArtifactsNotWritable,
                $"'{directory}' can't be written: {e.Message}. Free some space or set ClustrixArtifactsDirectory; nothing is lost, the results are still on {session.Host.Name}.",
                e);
        }
    }

    private static async Task CollectAsync(NodeSession session, WantedFile[] wanted, CancellationToken cancellationToken)
    {
        foreach (var target in wanted.Select(file => Path.GetDirectoryName(file.Target)!).Distinct())
        {
            Directory.CreateDirectory(target);
        }

        // Two items with one key share a record, and so a source.
        var bySource = wanted.GroupBy(file => file.Source, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        string[] paths = [.. bySource.Keys.Where(ShellText.IsPlain)];
        if (paths.Length > 0)
        {
            await FetchListAsync(session, paths, bySource, cancellationToken).ConfigureAwait(false);
        }

        foreach (var (source, targets) in bySource.Where(pair => !ShellText.IsPlain(pair.Key)))
        {
            await FetchOneAsync(session, source, targets, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task FetchListAsync(NodeSession session, string[] paths, Dictionary<string, List<WantedFile>> bySource, CancellationToken cancellationToken)
    {
        await session.ReceiveStreamAsync(
            $"fetch {ArchiveTransfer.EncodingOf(session.Host)}",
            paths,
            ArchiveTransfer.Reading(session.Host, (entry, token) => TakeEntryAsync(entry, bySource, token)),
            cancellationToken).ConfigureAwait(false);
        if (paths.Where(path => !bySource[path][0].IsHere).Min(StringComparer.Ordinal) is { } missing)
        {
            throw new ClustrixException(
                ErrorCode.OutputCorrupt,
                $"{session.Host.Name}: the output '{missing}' that a record names is no file any more. Something replaced it after the item had ended; start again with ClustrixReuseResults=false.");
        }
    }

    private static async Task TakeEntryAsync(TarEntry entry, Dictionary<string, List<WantedFile>> bySource, CancellationToken cancellationToken)
    {
        // Only what was asked for is taken, and only as a file: whatever else an archive may hold leads nowhere.
        if (!bySource.TryGetValue(entry.Name, out var targets))
        {
            return;
        }

        if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
        {
            await SaveAsync(entry.DataStream ?? Stream.Null, targets, cancellationToken).ConfigureAwait(false);
        }
        else if (entry.EntryType is TarEntryType.HardLink && bySource.TryGetValue(entry.LinkName, out var first) && first[0].IsHere)
        {
            // tar writes the second name of a file as a link to the first.
            var content = File.OpenRead(first[0].Target);
            await using (content.ConfigureAwait(false))
            {
                await SaveAsync(content, targets, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static Task FetchOneAsync(NodeSession session, string source, List<WantedFile> targets, CancellationToken cancellationToken) =>
        session.ReceiveStreamAsync($"fetch-one {ShellText.Escape(source)}", null, (stream, token) => SaveAsync(stream, targets, token), cancellationToken);

    private static async Task SaveAsync(Stream content, List<WantedFile> targets, CancellationToken cancellationToken)
    {
        var (target, file) = (targets[0].Target, targets[0].File);
        var partial = target + ".partial";
        var digest = await CopyAsync(content, partial, cancellationToken).ConfigureAwait(false);
        if (digest != file.Digest)
        {
            File.Delete(partial);
            throw new ClustrixException(
                ErrorCode.OutputCorrupt,
                $"The output '{file.Path}' that arrived doesn't match its record. Something wrote to it after the item had ended; start again with ClustrixReuseResults=false.");
        }

        File.Move(partial, target, overwrite: true);
        targets[0].IsHere = true;
        foreach (var copy in targets.Skip(1))
        {
            File.Copy(target, copy.Target, overwrite: true);
            copy.IsHere = true;
        }
    }

    private static async Task<string> CopyAsync(Stream content, string path, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BytesAtOnce);
        try
        {
            var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: false);
            await using (file.ConfigureAwait(false))
            {
                int read;
                while ((read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                {
                    hash.AppendData(buffer, 0, read);
                    await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private CollectedItem Collected(ItemResult result, AttemptRecord record, Problem? absence)
    {
        RecordedFile[] files = absence is null ? [.. record.Files.Where(file => file.IsUtf8)] : [];
        RecordedFile[] left = [.. record.Files.Except(files).Where(IsOutput)];
        return new CollectedItem(
            result,
            PathOf("stdout"),
            PathOf("stderr"),
            [.. files.Where(IsOutput).Select(file => new CollectedFile(TargetOf(result.Name, file), NameOf(file), file.Size, file.Digest))])
        {
            NotCollected = left.Length == 0 ? null : absence is null ? Unusable(result, record, left) : Absent(result, left, absence),
        };

        string? PathOf(string log) => files.FirstOrDefault(file => file.Path == log) is { } file ? TargetOf(result.Name, file) : null;
    }

    private string RootOf(string itemName) => Path.Combine(directory, "items", ArtifactName.Of(itemName));

    private static bool IsOutput(RecordedFile file) => file.Path.StartsWith(OutputPrefix, StringComparison.Ordinal);

    private static string NameOf(RecordedFile file) => file.Path[OutputPrefix.Length..];

    private static string Named(RecordedFile[] files) =>
        string.Join(", ", files.Take(MostNamed).Select(file => $"'{NameOf(file)}'")) + (files.Length > MostNamed ? $" and {files.Length - MostNamed} more" : "");

    private Problem Unusable(ItemResult result, AttemptRecord record, RecordedFile[] left) => new(
        ErrorCode.OutputNameUnusable,
        $"Item '{result.Name}' has outputs whose names aren't UTF-8: {Named(left)} (each %XX is one byte). No file here can be called so; they lie on {result.Host} in '{cluster.Find(result.Host)?.Session.Root}/{record.Directory}/work'. Have the item write to names in UTF-8.")
    {
        Item = result.Name,
    };

    private Problem Absent(ItemResult result, RecordedFile[] left, Problem absence) => new(
        ErrorCode.OutputsNotCollected,
        $"Item '{result.Name}' {ItemFailure.Reason(result)} on {result.Host}, and its outputs are there and not here: {Named(left)}. {absence.Message} 'clustrix collect {run}' brings what is there {When(absence.Code)}; or start again: what is needed is run on another host.")
    {
        Item = result.Name,
    };

    // A full host is there, and reading takes no room but a connection's.
    private static string When(ErrorCode cause) => cause == ErrorCode.StoreFull ? "as soon as a little of its disk is free" : "when the host is back";

    private string TargetOf(string itemName, RecordedFile file)
    {
        var root = RootOf(itemName);
        if (file.Path is "stdout" or "stderr")
        {
            return Path.Combine(root, file.Path + ".log");
        }

        // A record is what a host says; on this machine it gets nothing but places below the item's own.
        var name = file.Path.StartsWith(OutputPrefix, StringComparison.Ordinal) ? file.Path[OutputPrefix.Length..] : "/" + file.Path;
        return name.Split('/').Any(part => part is "" or "." or "..")
            ? throw new ClustrixException(ErrorCode.OutputEscapes, $"Item '{itemName}' has an output '{name}' that leads out of the artifacts directory; it was refused.")
            : Path.Combine(root, "outputs", name);
    }

    /// <summary>A file on a host and where it goes.</summary>
    private sealed class WantedFile(string source, string target, RecordedFile file)
    {
        public string Source => source;

        public string Target => target;

        public RecordedFile File => file;

        public bool IsHere { get; set; }
    }
}
