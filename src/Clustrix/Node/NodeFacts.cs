using System.Globalization;

namespace Clustrix.Node;

/// <summary>What a host says of itself.</summary>
/// <param name="Cores">Processor cores that a process there may use.</param>
/// <param name="MemoryBytes">Bytes of main memory; 0 where it isn't known.</param>
/// <param name="FreeBytes">Bytes that are free on the store's file system; 0 where it isn't known.</param>
/// <param name="System">Kernel and machine, such as <c>Linux-x86_64</c>.</param>
/// <param name="HostName">The host's own name.</param>
public sealed record NodeFacts(int Cores, long MemoryBytes, long FreeBytes, string System, string HostName)
{
    internal static readonly NodeFacts None = new(1, 0, 0, "", "");

    internal static NodeFacts Parse(string text)
    {
        var words = text.Split(' ', 5);
        return words.Length == 5
            && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var cores)
            && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var memory)
            && long.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out var free)
                ? new NodeFacts(Math.Max(cores, 1), memory, free * 1024, words[3], words[4])
                : None;
    }
}
