using System.Globalization;
using System.Text;
using Clustrix.Node;
using Clustrix.Results;
using Clustrix.Schedulers;
using Clustrix.Stores;
using Clustrix.Workloads;

namespace Clustrix.Runs;

/// <summary>The directory of a run as it is made for the cluster: what to do, what is done already, and the order of the rest.</summary>
/// <param name="workload">The items.</param>
/// <param name="keys">The items' keys, as paths below the store's <c>res</c>.</param>
/// <param name="workspace">The workspace's name in the store.</param>
/// <param name="reused">The items whose earlier record is taken, by number.</param>
/// <param name="classes">What the items ask for.</param>
internal sealed class RunSubmission(
    Workload workload,
    string[] keys,
    string workspace,
    IReadOnlyDictionary<int, AttemptRecord> reused,
    Dictionary<(int Cpus, long Memory), ResourceClass> classes)
{
    private static readonly string[] Directories = ["items", "todo", "claim", "att", "done", "lost"];

    /// <summary>Submits the run. It appears on the cluster whole or not at all.</summary>
    /// <returns>The id of the run that holds: another client's, if that was first with the same workload.</returns>
    public Task<string> SendAsync(NodeSession session, string id, string intent, CancellationToken cancellationToken) =>
        session.SendStreamAsync(
            $"submit {id} {intent} {ArchiveTransfer.EncodingOf(session.Host)}",
            ArchiveTransfer.Writing(session, Write),
            null,
            cancellationToken);

    private void Write(StoreArchive archive)
    {
        foreach (var directory in Directories)
        {
            archive.AddDirectory($"run/{directory}");
        }

        AddText(archive, "run/spec", string.Create(CultureInfo.InvariantCulture, $"{workload.Items.Count} {workspace}\n"));
        if (reused.Count > 0)
        {
            // Whose outputs this run's results are: they aren't garbage as long as this run is there.
            AddText(archive, "run/needs", string.Concat(reused.Values.Select(RunDirectory).Distinct().Select(name => name + "\n")));
        }

        if (reused.Count == workload.Items.Count)
        {
            // Nobody has to be started who would say so.
            AddText(archive, "run/ended", "finished\n");
        }

        AddText(archive, "run/workload.json", RunDocument.Write(workload, ResourceClass.PlanText(classes.Values)));
        for (var number = 0; number < workload.Items.Count; number++)
        {
            if (reused.ContainsKey(number))
            {
                archive.AddHardLink(Path("done", number), $"res/{keys[number]}", executable: false);
                continue;
            }

            var item = workload.Items[number];
            AddText(archive, Path("items", number), ItemScript.Write(item, keys[number]));

            // CLASS.ORDER.ITEM.ATTEMPT: workers take the names in their order, and a worker renames its claim to give it back.
            var entry = string.Create(CultureInfo.InvariantCulture, $"run/todo/{classes[(item.Cpus, item.Memory)].Name}.{number:D6}.{number}.1");
            AddText(archive, entry, "");
        }
    }

    private static void AddText(StoreArchive archive, string path, string text)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        archive.AddBlob(path, executable: false, content);
    }

    // run/NAME/att/ITEM.ATTEMPT
    private static string RunDirectory(AttemptRecord record) => record.Directory.Split('/')[1];

    private static string Path(string directory, int number) => string.Create(CultureInfo.InvariantCulture, $"run/{directory}/{number}");
}
