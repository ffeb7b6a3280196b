using System.Globalization;

namespace Clustrix.Bench;

/// <summary>Processor time as <c>/proc</c> tells it, in ticks of a hundredth of a second.</summary>
internal static class ProcessorTime
{
    private const int TicksPerSecond = 100;

    // Fields of /proc/PID/stat behind the command's closing parenthesis.
    private const int Parent = 1;
    private const int User = 11;

    /// <summary>Seconds that a process has taken itself.</summary>
    public static double Of(int process) => Stat(process) is { } stat ? Sum(stat, 2) : 0;

    /// <summary>Seconds of a process and of everything that it has started, ended or not.</summary>
    public static double OfTree(int process) => (Stat(process) is { } stat ? Sum(stat, 4) : 0) + Children(process).Sum(OfTree);

    /// <summary>Seconds of a process and of those that it has started, has waited for, and that have ended.</summary>
    public static double OfEnded(int process) => Stat(process) is { } stat ? Sum(stat, 4) : 0;

    /// <summary>The same of a process whose line in <c>/proc/PID/stat</c> is known.</summary>
    public static double OfEnded(string line) => Sum(Fields(line), 4);

    /// <summary>The processes that a process has started and that live.</summary>
    public static IEnumerable<int> Children(int process) =>
        Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0 && Stat(id) is { } stat && stat[Parent] == process.ToString(CultureInfo.InvariantCulture));

    private static double Sum(string[] stat, int fields) =>
        stat.Skip(User).Take(fields).Sum(ticks => double.Parse(ticks, CultureInfo.InvariantCulture)) / TicksPerSecond;

    private static string[]? Stat(int process)
    {
        try
        {
            return Fields(File.ReadAllText($"/proc/{process}/stat"));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string[] Fields(string line) => line[(line.LastIndexOf(')') + 2)..].Split(' ');
}
