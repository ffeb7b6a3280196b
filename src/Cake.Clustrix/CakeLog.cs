using Cake.Core.Diagnostics;
using Clustrix.Diagnostics;

namespace Cake.Clustrix;

/// <summary>The core's log, written into Cake's with its verbosity.</summary>
internal sealed class CakeLog(ICakeLog log) : ILog
{
    // Cake's console can't be written to by two threads.
    private readonly Lock _lock = new();

    /// <inheritdoc/>
    public void Say(string message) => Write(Verbosity.Normal, LogLevel.Information, message);

    /// <inheritdoc/>
    public void Detail(string message) => Write(Verbosity.Verbose, LogLevel.Verbose, message);

    /// <inheritdoc/>
    public void Warn(Problem problem) => Report(problem with { Severity = Severity.Warning });

    /// <summary>Writes a problem in the form that editors and build logs recognise.</summary>
    public void Report(Problem problem)
    {
        if (problem.Severity == Severity.Warning)
        {
            Write(Verbosity.Minimal, LogLevel.Warning, problem.ToString());
        }
        else
        {
            Write(Verbosity.Quiet, LogLevel.Error, problem.ToString());
        }
    }

    private void Write(Verbosity verbosity, LogLevel level, string text)
    {
        lock (_lock)
        {
            log.Write(verbosity, level, "{0}", text);
        }
    }
}
