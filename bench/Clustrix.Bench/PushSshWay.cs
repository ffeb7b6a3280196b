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
        var before = await BytesAsync();
        var start = Stopwatch.GetTimestamp();
        await work();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new PushSshCost(seconds, await BytesAsync() - before);
    }

    // The host's own count: both ways lead over its network card.
    private async Task<long> BytesAsync()
    {
        var told = await Node.RunAsRootAsync("cat /sys/class/net/eth0/statistics/rx_bytes /sys/class/net/eth0/statistics/tx_bytes || sed -n 's/.*eth0: *//p' /proc/net/dev");
        var words = told.Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(word => word.All(char.IsAsciiDigit)).ToArray();
        return words.Length == 2 ? Number(words[0]) + Number(words[1]) : Number(words[0]) + Number(words[8]);
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
