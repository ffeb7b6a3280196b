using Clustrix.Diagnostics;

namespace Clustrix.Cli;

/// <summary>The core's log as lines on standard error.</summary>
internal sealed class TerminalLog(Terminal terminal) : ILog
{
    /// <inheritdoc/>
    public void Say(string message) => terminal.Error.WriteLine(message);

    /// <inheritdoc/>
    public void Detail(string message)
    {
    }

    /// <inheritdoc/>
    public void Warn(Problem problem) => Report(problem with { Severity = Severity.Warning });

    /// <summary>Writes a problem in the form that editors and build logs recognise, on one line.</summary>
    public void Report(Problem problem) => terminal.Error.WriteLine(problem.ToString().ReplaceLineEndings(" "));
}
