using System.Globalization;
using System.Text;
using Clustrix.Node;
using Clustrix.Results;
using Clustrix.Schedulers;
using Clustrix.Stores;
using Clustrix.Workloads;

namespace Clustrix.Runs;

/// <summary>The directory of a run as it is made for one store: what to do, what is done already, and what of the rest is to be done there.</summary>
/// <param name="workload">The items.</param>
/// <param name="keys">The items' keys, as paths below the store's <c>res</c>.</param>
/// <param name="workspace">The workspace's name in the store.</param>
/// <param name="runtime">The name of the tree in the store that holds the .NET runtime for the items; empty when they use the host's.</param>
/// <param name="reused">The items whose earlier record in this store is taken, by number.</param>
/// <param name="entries">What is to be done by this store's hosts; see <see cref="RunSharing.Entry"/>.</param>
/// <param name="lateAfter">After how long each item is a straggler; null for never.</param>
/// <param name="isShared">Whether other stores have parts of it to do.</param>
/// <param name="options">How it is to be run.</param>
/// <param name="batch">What a batch scheduler is asked for; null when none gives the workers.</param>
internal sealed class RunSubmission(
    Workload workload,
    string[] keys,
    string workspace,
    string runtime,
    IReadOnlyDictionary<int, AttemptRecord> reused,
    IReadOnlyCollection<string> entries,
    IReadOnlyList<TimeSpan?> lateAfter,
    bool isShared,
    RunOptions options,
    BatchOptions? batch)
{
    private static readonly string[] Directories = ["items", "todo", "wait", "claim", "given", "att", "done", "lost", "gone"];

    /// <summary>Submits the run. It appears in the store whole or not at all.</summary>
    /// <returns>The id of the run that holds: another client's, if that was first with the same workload.</returns>
    public async Task<string> SendAsync(NodeSession session, string id, string intent, CancellationToken cancellationToken) =>
        RunId.Checked(await session.SendStreamAsync(
            $"submit {id} {intent}",
            ArchiveTransfer.Writing(session, Write),
            null,
            cancellationToken).ConfigureAwait(false));

    private void Write(StoreArchive archive)
    {
        foreach (var directory in Directories)
        {
            archive.AddDirectory($"run/{directory}");
        }

        AddText(archive, "run/spec", string.Create(CultureInfo.InvariantCulture, $"{workload.Items.Count} {workspace} {options.LogLimit} {runtime}\n"));
        if (options.ClientLossTimeout > TimeSpan.Zero)
        {
            AddText(archive, "run/patience", string.Create(CultureInfo.InvariantCulture, $"{(long)Math.Ceiling(options.ClientLossTimeout.TotalSeconds)}\n"));
        }

        if (reused.Count > 0)
        {
            // Whose outputs this run's results are: they aren't garbage as long as this run is there.
            AddText(archive, "run/needs", string.Concat(reused.Values.Select(RunDirectory).Distinct().Select(name => name + "\n")));
        }

        if (entries.Count == 0)
        {
            // Nobody has to be started who would say so.
            AddText(archive, "run/ended", "finished\n");
        }

        if (isShared)
        {
            AddText(archive, "run/elsewhere", "");
        }

        AddBytes(archive, "run/workload.json", RunDocument.Write(workload, options.Workers, batch));
        for (var number = 0; number < workload.Items.Count; number++)
        {
            if (reused.ContainsKey(number))
            {
                archive.AddHardLink(Path("done", number), $"res/{keys[number]}", executable: false);
            }
            else
            {
                // Also of items that are another host's: they may come here.
                AddText(archive, Path("items", number), ItemScript.Write(workload.Items[number], keys[number], lateAfter[number]));
            }
        }

        // Workers take the names in their order, and a worker renames its claim to give it back.
        foreach (var entry in entries)
        {
            AddText(archive, $"run/todo/{entry}", "");
            if (entry.Split('.') is [_, _, var item, var attempt])
            {
                // tar makes it for nothing, a worker would start a process for it.
                archive.AddDirectory($"run/att/{item}.{attempt}/work");
            }
        }
    }

    private static void AddText(StoreArchive archive, string path, string text) => AddBytes(archive, path, Encoding.UTF8.GetBytes(text));

    private static void AddBytes(StoreArchive archive, string path, byte[] bytes)
    {
        using var content = new MemoryStream(bytes);
        archive.AddBlob(path, executable: false, content);
    }

    // run/NAME/att/ITEM.ATTEMPT
    private static string RunDirectory(AttemptRecord record) => record.Directory.Split('/')[1];

    private static string Path(string directory, int number) => string.Create(CultureInfo.InvariantCulture, $"run/{directory}/{number}");
}
