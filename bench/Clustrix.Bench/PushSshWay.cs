using System.Diagnostics;
using System.Globalization;
using Clustrix.Testing.Ssh;

namespace Clustrix.Bench;

/// <summary>A way to the host.</summary>
/// <param name="Node">The host.</param>
/// <param name="Host">What ssh calls the host on this way.</param>
/// <param name="Config">The configuration of ssh for this way.</param>
/// <param name="IsSlow">Whether the way is the slow link.</param>
internal sealed record PushSshWay(SshNode Node, string Host, string Config, bool IsSlow)
{
    public async Task<PushSshCost> MeasureAsync(Func<Task> work)
    {
        var before = await HostAsync();
        var (hereBefore, start) = (ProcessorTime.OfEnded(Environment.ProcessId), Stopwatch.GetTimestamp());
        await work();
        var (here, seconds) = (ProcessorTime.OfEnded(Environment.ProcessId) - hereBefore, Stopwatch.GetElapsedTime(start).TotalSeconds);
        var after = await HostAsync();
        return new PushSshCost(seconds, after.Bytes - before.Bytes, here, after.Seconds - before.Seconds);
    }

    // The host's own counts: both ways lead over its network card, and its first process waits for whoever has nobody left.
    private async Task<(long Bytes, double Seconds)> HostAsync()
    {
        var told = await Node.RunAsRootAsync("""
            cat /sys/class/net/eth0/statistics/rx_bytes /sys/class/net/eth0/statistics/tx_bytes || sed -n 's/.*eth0: *//p' /proc/net/dev
            cat /proc/[0-9]*/stat
            """);
        var lines = told.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToLookup(line => line.Contains(')', StringComparison.Ordinal));
        var words = lines[false].SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(word => word.All(char.IsAsciiDigit)).ToArray();
        return (words.Length == 2 ? Number(words[0]) + Number(words[1]) : Number(words[0]) + Number(words[8]), lines[true].Sum(ProcessorTime.OfEnded));
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
