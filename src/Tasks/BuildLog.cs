using Clustrix.Diagnostics;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Clustrix.MSBuild;

/// <summary>The core's log, written into the build's.</summary>
/// <param name="log">The build's log.</param>
/// <param name="projectFile">The file to name where a problem names none; MSBuild would name the file with the targets, where there is nothing to mend.</param>
internal sealed class BuildLog(TaskLoggingHelper log, string projectFile) : ILog
{
    /// <inheritdoc/>
    public void Say(string message) => log.LogMessage(MessageImportance.High, "{0}", message);

    /// <inheritdoc/>
    public void Detail(string message) => log.LogMessage(MessageImportance.Low, "{0}", message);

    /// <inheritdoc/>
    public void Warn(Problem problem) => Report(problem with { Severity = Severity.Warning });

    /// <summary>Writes a problem as an error or a warning with its code and place.</summary>
    public void Report(Problem problem)
    {
        var code = problem.Code.ToText();
        if (problem.Severity == Severity.Warning)
        {
            log.LogWarning(null, code, null, problem.File ?? projectFile, problem.Line, problem.Column, 0, 0, "{0}", problem.Message);
        }
        else
        {
            log.LogError(null, code, null, problem.File ?? projectFile, problem.Line, problem.Column, 0, 0, "{0}", problem.Message);
        }
    }
}
