using System.CommandLine;
using Clustrix.Configuration;

namespace Clustrix.Cli.Projects;

/// <summary>A verb that builds a target of a project, or of all projects of a solution that have items.</summary>
internal abstract class ProjectVerb : Verb
{
    /// <summary>The name of the argument.</summary>
    public const string Target = "PROJECT";

    private const string Configuration = "--configuration";
    private const string Property = "--property";

    /// <summary>The target's name.</summary>
    protected abstract string TargetName { get; }

    /// <summary>The settings that the target reads.</summary>
    protected abstract IEnumerable<Setting> Settings { get; }

    /// <summary>Whether standard output is for a result of the verb's own, so that the build's lines have to go to standard error.</summary>
    protected virtual bool HasResult => false;

    /// <inheritdoc/>
    public override void Define(Command command)
    {
        command.Arguments.Add(new Argument<string>(Target) { Description = "A project, a solution, or a directory that holds one; the working directory when not given.", Arity = ArgumentArity.ZeroOrOne });
        command.Options.Add(new Option<string>(Configuration, "-c") { Description = "The configuration to build, such as Release." });
        command.Options.Add(new Option<string[]>(Property, "-p") { Description = "A property of the build, NAME=VALUE." });
        SettingOptions.Add(command, Settings);
    }

    /// <summary>What was named; null for the working directory.</summary>
    protected static string? Named(Call call) => call.Arguments.GetValue<string>(Target);

    /// <summary>What was said of how to build, as <c>dotnet</c> takes it.</summary>
    protected static IReadOnlyList<string> BuildOptions(Call call)
    {
        var configuration = call.Arguments.GetValue<string>(Configuration);
        return [.. configuration is null ? [] : (string[])["-c", configuration], .. (call.Arguments.GetValue<string[]>(Property) ?? []).Select(property => $"-p:{property}")];
    }

    /// <summary>Builds the target.</summary>
    /// <param name="call">The call.</param>
    /// <param name="target">What to build it of.</param>
    /// <param name="more">More arguments of a project's build.</param>
    /// <param name="cancellationToken">Cancels the build.</param>
    protected async Task<BuildOutcome> BuildAsync(Call call, BuildTarget target, Func<string, IEnumerable<string>> more, CancellationToken cancellationToken)
    {
        using var answers = new BuildAnswers();
        var build = new TargetBuild(call, TargetName, HasResult || call.Terminal.Json ? call.Terminal.Error : call.Terminal.Output);
        var worst = ExitCode.Done;
        var problems = new List<ToldProblem>();
        string[] arguments = [.. BuildOptions(call), answers.Argument];
        foreach (var project in await ProjectsAsync(call, target, cancellationToken).ConfigureAwait(false))
        {
            var (code, told) = await build.RunAsync(project, [.. arguments, .. more(project)], cancellationToken).ConfigureAwait(false);
            worst = code > worst ? code : worst;
            problems.AddRange(told);
        }

        return new BuildOutcome(worst, answers.Read(), problems);
    }

    private static async Task<IReadOnlyList<string>> ProjectsAsync(Call call, BuildTarget target, CancellationToken cancellationToken)
    {
        var dotnet = new Dotnet(call.Surroundings);
        var directory = Path.GetDirectoryName(target.Path)!;
        var version = await dotnet.VersionAsync(directory, cancellationToken).ConfigureAwait(false);
        if (target.Kind == BuildTargetKind.Project)
        {
            return [target.Path];
        }

        // A package's targets are only there once it is restored.
        await dotnet.RunAsync(directory, ["restore", target.Path, "-v:quiet", "-nologo"], line => call.Terminal.Error.WriteLine(line), cancellationToken).ConfigureAwait(false);
        return SolutionProjects.WithItems(target.Path, version);
    }
}
