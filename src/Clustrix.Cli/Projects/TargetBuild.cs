using System.Text.RegularExpressions;
using Clustrix.Configuration;
using Clustrix.Diagnostics;

namespace Clustrix.Cli.Projects;

/// <summary>Builds one of Clustrix's targets of a project: the MSBuild targets are the one way in which a project is run.</summary>
/// <param name="call">The call; the settings that it gives become properties.</param>
/// <param name="output">Gets what the builds write.</param>
internal sealed partial class TargetBuild(Call call, TextWriter output)
{
    private readonly List<string> _artifacts = [];
    private readonly List<string> _codes = [];
    private readonly List<string> _told = [];

    /// <summary>The artifacts directories of the runs that were made.</summary>
    public IReadOnlyList<string> Artifacts => _artifacts;

    /// <summary>What Clustrix said in the builds.</summary>
    public IReadOnlyList<string> Told => _told;

    /// <summary>Builds a target. What the build writes is passed on.</summary>
    /// <param name="project">The project.</param>
    /// <param name="target">The target.</param>
    /// <param name="more">More arguments of <c>dotnet build</c>.</param>
    /// <param name="cancellationToken">Cancels the build, and the run with it.</param>
    public async Task<ExitCode> RunAsync(string project, string target, IEnumerable<string> more, CancellationToken cancellationToken)
    {
        IEnumerable<string> arguments =
        [
            "build", project, $"-t:{target}", "-v:minimal", "-nologo", "-tl:off", "-clp:NoSummary", .. Properties(), .. more,
        ];
        var exitCode = await new Dotnet(call.Surroundings).RunAsync(Path.GetDirectoryName(project)!, arguments, Take, cancellationToken).ConfigureAwait(false);
        if (exitCode != 0 && _codes.Contains("MSB4057"))
        {
            throw new ClustrixException(
                [new Problem(ErrorCode.ProjectUnusable, $"The project doesn't use Clustrix: it has no target {target}. Add it: dotnet add package Clustrix.MSBuild", project)]);
        }

        return exitCode == 0 ? ExitCode.Done
            : _codes.Exists(code => code.StartsWith("CLX3", StringComparison.Ordinal)) ? ExitCode.Unreachable
            : _codes.Exists(code => ItemCode().IsMatch(code)) ? ExitCode.ItemsFailed
            : ExitCode.Input;
    }

    private IEnumerable<string> Properties() => call.GivenSettings.Select(value =>
        $"-p:{value.Setting.PropertyName}={Escape(value.Setting.Kind is SettingKind.Directory or SettingKind.File ? call.Surroundings.PathOf(value.Text) : value.Text)}");

    private void Take(string line)
    {
        output.WriteLine(line);
        output.Flush();
        if (line.TrimStart().StartsWith("Clustrix: ", StringComparison.Ordinal))
        {
            _told.Add(line.Trim());
        }

        if (ErrorText().Match(line) is { Success: true } error)
        {
            _codes.Add(error.Groups["code"].Value);
        }

        if (ArtifactsText().Match(line) is { Success: true } artifacts)
        {
            _artifacts.Add(artifacts.Groups["directory"].Value);
        }
    }

    // What MSBuild takes for its own syntax on a command line.
    private static string Escape(string text) =>
        string.Concat(text.Select(c => "%*?@$();,\"".Contains(c, StringComparison.Ordinal) ? $"%{(int)c:x2}" : c.ToString()));

    [GeneratedRegex(@"\berror (?<code>[A-Z]+\d+)\s*:", RegexOptions.CultureInvariant)]
    private static partial Regex ErrorText();

    [GeneratedRegex("^CLX500[1-7]$", RegexOptions.CultureInvariant)]
    private static partial Regex ItemCode();

    [GeneratedRegex(@"^\s*Clustrix: .*\. Artifacts: (?<directory>.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex ArtifactsText();
}
