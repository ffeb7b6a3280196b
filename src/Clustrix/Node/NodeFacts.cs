using System.Globalization;

namespace Clustrix.Node;

/// <summary>What a host says of itself.</summary>
/// <param name="Cores">Processor cores that a process there may use.</param>
/// <param name="MemoryBytes">Bytes of main memory; 0 where it isn't known.</param>
/// <param name="System">Kernel and machine, such as <c>Linux-x86_64</c>.</param>
/// <param name="HostName">The host's own name.</param>
public sealed record NodeFacts(int Cores, long MemoryBytes, string System, string HostName)
{
    internal static readonly NodeFacts None = new(1, 0, "", "");

    internal static NodeFacts Parse(string text)
    {
        var words = text.Split(' ', 4);
        return words.Length == 4
            && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var cores)
            && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var memory)
                ? new NodeFacts(Math.Max(cores, 1), memory, words[2], words[3])
                : None;
    }
}
