using Clustrix.Configuration;
using Clustrix.Diagnostics;

namespace Clustrix.Cli.Projects;

/// <summary>Builds one of Clustrix's targets of a project: the MSBuild targets are the one way in which a project is run.</summary>
/// <param name="call">The call; the settings that it gives become properties.</param>
/// <param name="target">The target.</param>
/// <param name="output">Gets what the build writes.</param>
internal sealed class TargetBuild(Call call, string target, TextWriter output)
{
    private const string NoSuchTarget = "MSB4057";

    private static readonly ErrorCode[] ItemCodes =
    [
        ErrorCode.ItemFailed, ErrorCode.ItemTimedOut, ErrorCode.ItemOutOfMemory, ErrorCode.ItemCrashed, ErrorCode.ItemLost, ErrorCode.ItemMissingOutputs,
        ErrorCode.OutputNameUnusable, ErrorCode.OutputsNotCollected,
    ];

    /// <summary>Builds it. What the build writes is passed on.</summary>
    /// <param name="project">The project.</param>
    /// <param name="more">More arguments of <c>dotnet build</c>.</param>
    /// <param name="cancellationToken">Cancels the build, and the run with it.</param>
    /// <returns>How the tool is to end with it, and the errors that it told.</returns>
    /// <exception cref="ClustrixException">The project doesn't use Clustrix (<see cref="ErrorCode.ProjectUnusable"/>).</exception>
    public async Task<(ExitCode Code, IReadOnlyList<ToldProblem> Problems)> RunAsync(string project, IEnumerable<string> more, CancellationToken cancellationToken)
    {
        IEnumerable<string> arguments =
        [
            "build", project, $"-t:{target}", "-v:minimal", "-nologo", "-tl:off", "-clp:NoSummary", .. Properties(), .. more,
        ];
        var lines = new BuildLines(output);
        var exitCode = await new Dotnet(call.Surroundings).RunAsync(Path.GetDirectoryName(project)!, arguments, lines.Take, cancellationToken).ConfigureAwait(false);
        var codes = lines.Problems.Select(problem => problem.Code).ToList();
        if (exitCode != 0 && codes.Contains(NoSuchTarget))
        {
            throw new ClustrixException(
                [new Problem(ErrorCode.ProjectUnusable, $"The project doesn't use Clustrix: it has no target {target}. Add it: dotnet add package Clustrix.MSBuild", project)]);
        }

        return (exitCode == 0 ? ExitCode.Done : CodeOf(codes), lines.Problems);
    }

    private static ExitCode CodeOf(List<string> codes) =>
        codes.Exists(code => code.StartsWith("CLX3", StringComparison.Ordinal)) ? ExitCode.Unreachable
        : codes.Contains(ErrorCode.ItemCancelled.ToText()) ? ExitCode.Cancelled
        : codes.Exists(code => ItemCodes.Any(item => item.ToText() == code)) ? ExitCode.ItemsFailed
        : ExitCode.Input;

    private IEnumerable<string> Properties() => call.GivenSettings.Select(value =>
        $"-p:{value.Setting.PropertyName}={Escape(value.Setting.Kind is SettingKind.Directory or SettingKind.File ? call.Surroundings.PathOf(value.Text) : value.Text)}");

    // What MSBuild takes for its own syntax on a command line.
    private static string Escape(string text) =>
        string.Concat(text.Select(c => "%*?@$();,\"".Contains(c, StringComparison.Ordinal) ? $"%{(int)c:x2}" : c.ToString()));
}
