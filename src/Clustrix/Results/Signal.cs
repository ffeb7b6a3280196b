using System.Globalization;

namespace Clustrix.Results;

/// <summary>How a signal that ended something is told.</summary>
internal static class Signal
{
    /// <summary>That no process can do anything about; memory that ran out is told with it.</summary>
    public const int Kill = 9;

    /// <summary>Its number, with its name where that is the same on all machines.</summary>
    public static string Text(int signal) => string.Create(CultureInfo.InvariantCulture, $"signal {signal}{NameOf(signal)}");

    private static string NameOf(int signal) => signal switch
    {
        1 => " (SIGHUP)",
        2 => " (SIGINT)",
        3 => " (SIGQUIT)",
        4 => " (SIGILL)",
        6 => " (SIGABRT)",
        7 => " (SIGBUS)",
        8 => " (SIGFPE)",
        Kill => " (SIGKILL)",
        11 => " (SIGSEGV)",
        13 => " (SIGPIPE)",
        15 => " (SIGTERM)",
        _ => "",
    };
}
