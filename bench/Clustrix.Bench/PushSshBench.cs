using System.Globalization;

namespace Clustrix.Bench;

/// <summary>
/// Bringing a large tree to an SSH host, over the direct way and over a link of 51 ms and 100 Mbit/s, against rsync -a, rsync -az and
/// tar | ssh tar (with gzip on the slow link): seconds, bytes both ways with all headers, and processor time on both sides (on this one with
/// the slow link's own). Ours and the peers take turns, ratios are those within a round. Our side connects while it packs the tree, with the
/// digests that it remembers, and pushes, as a front end does. The tree is the SDK that runs the benchmark.
/// </summary>
/// <remarks>
/// An edit changes and inserts some bytes of one assembly, which suits rsync: a compiler moves more than that. The host's disk is in
/// memory, so that no disk is measured. tar has no other speed than its cold one.
/// </remarks>
internal static class PushSshBench
{
    private static readonly string[] Links = ["loopback", "slow"];
    private static readonly string[] Connections = ["fresh", "multiplexed"];
    private static readonly string[] Parties = ["ours", "rsync_a", "rsync_az", "tar"];

    private static readonly Dictionary<string, Func<PushSshSite, Task>> Cases = new()
    {
        ["cold"] = site => site.ForgetAsync(),
        ["nochange"] = _ => Task.CompletedTask,
        ["mtimes"] = site => site.ResetTimesAsync(),
        ["edited"] = site => site.EditAsync(),
        ["added"] = site => site.AddAsync(),
    };

    /// <summary>Prints the figures.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="choice">Names of links, connections, cases and parties, and <c>rounds=N</c>: of what no name is given, all are measured.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(TextWriter output, IReadOnlyList<string> choice)
    {
        var rounds = choice.Where(word => word.StartsWith("rounds=", StringComparison.Ordinal)).Select(word => int.Parse(word["rounds=".Length..], CultureInfo.InvariantCulture)).FirstOrDefault();
        string[] names = [.. Links, .. Connections, .. Cases.Keys, .. Parties];
        if (choice.FirstOrDefault(word => !word.StartsWith("rounds=", StringComparison.Ordinal) && !names.Contains(word)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"push-ssh doesn't know '{unknown}'; it knows {string.Join(", ", names)} and rounds=N.");
            return 2;
        }

        await using var site = await PushSshSite.OpenAsync();
        await output.WriteLineAsync($"tree {site.Tree}, load {await LoadAsync()}");
        foreach (var link in Chosen(Links, choice))
        {
            foreach (var connection in Chosen(Connections, choice))
            {
                foreach (var name in Chosen(Cases.Keys, choice))
                {
                    await CompareAsync(output, site, [.. Chosen(Parties, choice)], link, connection, name, rounds > 0 ? rounds : name == "cold" ? 3 : 9);
                }
            }
        }

        await output.WriteLineAsync($"load {await LoadAsync()}");
        return 0;
    }

    private static IEnumerable<string> Chosen(IEnumerable<string> names, IReadOnlyList<string> choice) =>
        names.Any(choice.Contains) ? names.Where(choice.Contains) : names;

    private static async Task<string> LoadAsync() => string.Join(' ', (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[..3]);

    private static async Task CompareAsync(TextWriter output, PushSshSite site, string[] chosen, string link, string connection, string name, int rounds)
    {
        var title = $"{link}_{name}_{connection}";
        var way = await site.WayAsync(link, connection);
        var all = new Dictionary<string, Func<PushSshWay, Task>>
        {
            ["ours"] = site.PushAsync,
            ["rsync_a"] = way => site.RsyncAsync(way, "-a"),
            ["rsync_az"] = way => site.RsyncAsync(way, "-az"),
            ["tar"] = site.TarAsync,
        };
        var parties = all.Where(party => chosen.Contains(party.Key) && (name == "cold" || party.Key != "tar")).ToDictionary();
        var costs = parties.Keys.ToDictionary(party => party, _ => new List<PushSshCost>());

        // A round before the first one that counts is there for the compiler, and to make all copies alike.
        for (var round = name == "cold" ? 0 : -1; round < rounds; round++)
        {
            await Cases[name](site);
            foreach (var (party, work) in parties)
            {
                var cost = await way.MeasureAsync(() => work(way));
                if (round >= 0)
                {
                    costs[party].Add(cost);
                }
            }

            await output.WriteLineAsync($"{title} round {round}: {string.Join(", ", costs.Where(pair => pair.Value.Count > 0).Select(pair => $"{pair.Key} {pair.Value[^1]}"))}; {site.LastPush!.FilesSent} sent in {site.LastPush.Requests} requests");
        }

        foreach (var (party, its) in costs)
        {
            await Figures.WriteAsync(output, $"push_ssh_{title}_{party}", Figures.Median(its.Select(cost => cost.Seconds)), "0.000", "s");
            await Figures.WriteAsync(output, $"push_ssh_{title}_{party}_bytes", Figures.Median(its.Select(cost => (double)cost.Bytes)), "0", "B");
            await Figures.WriteAsync(output, $"push_ssh_{title}_{party}_processor_here", Figures.Median(its.Select(cost => cost.Here)), "0.00", "s");
            await Figures.WriteAsync(output, $"push_ssh_{title}_{party}_processor_there", Figures.Median(its.Select(cost => cost.There)), "0.00", "s");
            if (party != "ours" && costs.TryGetValue("ours", out var ours))
            {
                await Figures.WriteAsync(output, $"push_ssh_{title}_to_{party}", Figures.Median(ours.Zip(its, (our, their) => our.Seconds / their.Seconds)), "0.00", "");
            }
        }

        await Figures.WriteAsync(output, $"push_ssh_{title}_after_connecting_bytes", site.LastPush!.WireBytes, "0", "B");
        await Figures.WriteAsync(output, $"push_ssh_{title}_after_connecting_requests", site.LastPush.Requests, "0", "");
    }
}
