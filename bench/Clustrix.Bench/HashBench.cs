using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Clustrix.Diagnostics;
using Clustrix.Workloads;

namespace Clustrix.Bench;

/// <summary>
/// Making a payload of one large tree: cold (no digest known) against sha256sum on all cores, and warm (all digests known) against
/// git status. Ours and the peer's take turns over the same tree, and the page cache is warm for both.
/// </summary>
public static class HashBench
{
    private const int FilesInDirectory = 100;
    private const int ColdRounds = 5;
    private const int WarmRounds = 31;

    // By then the code is compiled for speed, as it is in a build node that has worked for a while.
    private const int RoundsBeforeCold = 1;
    private const int RoundsBeforeWarm = 20;

    // Longer than the cache's distrust of fresh files, so that the warm rounds find every digest.
    private static readonly TimeSpan UntilTrusted = TimeSpan.FromSeconds(3);

    /// <summary>The whole measurement: 2 GB in 20,000 files.</summary>
    public static Task RunAsync(TextWriter output) => RunAsync(output, 20_000, 100_000);

    /// <summary>The same over a tree of another size.</summary>
    public static async Task RunAsync(TextWriter output, int files, int bytesInFile)
    {
        var root = Directory.CreateTempSubdirectory("clustrix-bench-").FullName;
        var tree = Path.Join(root, "tree");
        var cache = Path.Join(root, "digests");
        try
        {
            MakeTree(tree, files, bytesInFile);

            // Committed, because git status is quickest then.
            await RunAsync(tree, "sh", "-c", "git init -q . && git add . && git -c user.name=bench -c user.email=bench@localhost commit -qm tree");
            await Task.Delay(UntilTrusted);

            Figure(output, "hash_first_cold", await TimeAsync(() => BuildAsync(tree, cache)), " s");
            await CompareAsync(
                output,
                "hash_cold",
                RoundsBeforeCold,
                ColdRounds,
                () => BuildAsync(tree, cache),
                () => RunAsync(tree, "sh", "-c", "find . -name .git -prune -o -type f -print0 | xargs -0 -P$(nproc) -n 200 sha256sum >/dev/null"),
                () => File.Delete(cache));
            await CompareAsync(
                output,
                "hash_warm",
                RoundsBeforeWarm,
                WarmRounds,
                () => BuildAsync(tree, cache),
                () => RunAsync(tree, "git", "status"),
                () => { });
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static void MakeTree(string tree, int files, int bytesInFile)
    {
        var content = new byte[bytesInFile];
        for (var i = 0; i < files; i++)
        {
            var directory = Path.Join(tree, $"part{i / FilesInDirectory}", "lib");
            Directory.CreateDirectory(directory);
            RandomNumberGenerator.Fill(content);
            File.WriteAllBytes(Path.Join(directory, $"file{i}.dll"), content);
        }
    }

    private static async Task BuildAsync(string tree, string cacheFile)
    {
        var cache = await DigestCache.LoadAsync(cacheFile, TimeProvider.System, CancellationToken.None);
        var source = new PayloadSource("bench", tree, "") { Exclude = [".git"] };
        await new PayloadBuilder(cache, TimeProvider.System).BuildAsync([source], CancellationToken.None);
        await cache.SaveAsync(SilentLog.Instance, CancellationToken.None);
    }

    private static async Task CompareAsync(TextWriter output, string name, int roundsBefore, int rounds, Func<Task> ours, Func<Task> peers, Action before)
    {
        var our = new List<double>();
        var peer = new List<double>();
        for (var round = -roundsBefore; round < rounds; round++)
        {
            before();
            var (mine, theirs) = (await TimeAsync(ours), await TimeAsync(peers));
            if (round >= 0)
            {
                our.Add(mine);
                peer.Add(theirs);
            }
        }

        Figure(output, name, Median(our), " s");
        Figure(output, name + "_peer", Median(peer), " s");
        Figure(output, name + "_ratio", Median(our) / Median(peer), "");
    }

    private static double Median(List<double> seconds) => seconds.Order().ElementAt(seconds.Count / 2);

    private static async Task<double> TimeAsync(Func<Task> action)
    {
        var watch = Stopwatch.StartNew();
        await action();
        return watch.Elapsed.TotalSeconds;
    }

    private static async Task RunAsync(string directory, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
        }
    }

    private static void Figure(TextWriter output, string name, double value, string unit) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"figure {name} {value:0.000}{unit}"));
}
