using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Clustrix.Cli.Projects;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Node;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Snapshots;
using Clustrix.Stores;
using Clustrix.Workloads;

namespace Clustrix.Cli.Commands;

/// <summary>Runs a project, a solution, a C# file or a command on the cluster.</summary>
internal sealed class RunVerb : ProjectVerb
{
    private const string Items = "--items";
    private const string DryRun = "--dry-run";

    /// <inheritdoc/>
    public override string Name => "run";

    /// <inheritdoc/>
    public override string Description => "Run a project, a solution, a C# file, or the command behind -- on the cluster; wait, collect, report. Ctrl-C cancels the run.";

    /// <inheritdoc/>
    public override string WhenInterrupted(Call call) => "What it had begun is ended, and its run is cancelled.";

    /// <inheritdoc/>
    protected override string TargetName => "ClustrixRun";

    /// <inheritdoc/>
    protected override IEnumerable<Setting> Settings => SettingsSchema.All;

    /// <inheritdoc/>
    public override void Define(Command command)
    {
        base.Define(command);
        command.Arguments[0].Description = "A project, a solution, a C# file, or a directory that holds a project or a solution; the working directory when not given.";
        command.Options.Add(PayloadOption.New());
        command.Options.Add(new Option<string>(Items)
        {
            Description = "For a C# file or a command: run it so many times; each finds its number, from 0, in CLUSTRIX_ITEM_INDEX, and the count in CLUSTRIX_ITEM_COUNT.",
            HelpName = "number",
        });
        command.Options.Add(new Option<bool>(DryRun) { Description = "Only say what would be sent and run, and what a scheduler would be asked for." });
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var count = CountOf(call);
        if (Named(call) is null && call.Program is not null)
        {
            return await RunCommandAsync(call, count, cancellationToken).ConfigureAwait(false);
        }

        var target = BuildTarget.Find(Named(call), call.Surroundings);
        if (target.Kind == BuildTargetKind.ProgramFile)
        {
            return await RunFileAsync(call, target.Path, count, cancellationToken).ConfigureAwait(false);
        }

        if (count is not null || call.Program is not null || call.Payload().Count > 0)
        {
            throw new ClustrixException(ErrorCode.BadCommandLine, $"'{target.Path}' says itself what to run: {Items}, --payload and a command behind -- don't go with it. Declare ClustrixItem and ClustrixPayload there.");
        }

        var dry = call.Arguments.GetValue<bool>(DryRun);
        var build = await BuildAsync(call, target, _ => dry ? ["-p:ClustrixDryRun=true"] : [], cancellationToken).ConfigureAwait(false);
        if (call.Terminal.Json && dry)
        {
            WritePlans(call.Terminal, build.Answers.Select(answer => (Action<Utf8JsonWriter>)answer.WriteTo), build.Problems);
        }
        else if (call.Terminal.Json)
        {
            RunTold.WriteJson(call.Terminal, build.Answers.Select(answer => answer.GetProperty("directory").GetString()!), build.Problems);
        }

        return build.Code;
    }

    private static int? CountOf(Call call) =>
        call.Arguments.GetValue<string>(Items) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count
        : throw new ClustrixException(ErrorCode.BadValue, $"'{text}' isn't a number of items. Write a whole number from 1 on.");

    private static async Task<ExitCode> RunCommandAsync(Call call, int? count, CancellationToken cancellationToken)
    {
        if (call.Program is not [var program, ..])
        {
            throw new ClustrixException(ErrorCode.NothingToRun, "There is no command behind --. Write one: clustrix run -- ./count.sh data/");
        }

        if (BuildOptions(call).Count > 0)
        {
            throw new ClustrixException(ErrorCode.BadCommandLine, "--configuration and --property are for what is built, and a command isn't. Leave them out, or name a project or a C# file.");
        }

        var settings = await call.SettingsAsync(cancellationToken).ConfigureAwait(false);

        // A program that is written as a path from here is needed there.
        var travels = program.Contains('/', StringComparison.Ordinal) && !Path.IsPathRooted(program) && File.Exists(call.Surroundings.PathOf(program));
        var connection = call.Client.BeginConnecting(settings, isVisit: call.Arguments.GetValue<bool>(DryRun), cancellationToken);
        await using (connection.ConfigureAwait(false))
        {
            var files = new LocalPayload(call, connection);
            var payload = await files.BuildAsync([.. call.Payload(), .. travels ? [program] : Array.Empty<string>()], cancellationToken).ConfigureAwait(false);
            var snapshot = MachineSnapshot.Take();
            var workload = new CommandWorkload(settings).Make(Path.GetFileName(program), ShellText.Join(call.Program), count, payload, snapshot);
            return await ExecuteAsync(call, connection, settings, workload, snapshot, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<ExitCode> RunFileAsync(Call call, string file, int? count, CancellationToken cancellationToken)
    {
        var settings = await call.SettingsAsync(cancellationToken).ConfigureAwait(false);
        using var program = await ProgramFile.BuildAsync(call, file, BuildOptions(call), cancellationToken).ConfigureAwait(false);
        var connection = call.Client.BeginConnecting(settings, isVisit: call.Arguments.GetValue<bool>(DryRun), cancellationToken);
        await using (connection.ConfigureAwait(false))
        {
            var files = new LocalPayload(call, connection);
            var payload = await files.BuildAsync([program.Source, .. call.Payload().Select(files.Source)], cancellationToken).ConfigureAwait(false);
            var snapshot = MachineSnapshot.Take(new SnapshotEntry(EntryKind.Sdk, "", program.SdkVersion));
            var workload = new CommandWorkload(settings).Make(Path.GetFileNameWithoutExtension(file), program.CommandLine(call.Program ?? []), count, payload, snapshot);
            return await ExecuteAsync(call, connection, settings, workload, snapshot, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<ExitCode> ExecuteAsync(
        Call call, ClusterConnection connection, ResolvedSettings settings, Workload workload, Snapshot snapshot, CancellationToken cancellationToken)
    {
        var options = call.Client.RunOptionsOf(settings);
        var artifacts = call.Client.ArtifactsDirectory(settings);
        var cluster = await connection.ClusterAsync().ConfigureAwait(false);
        if (call.Arguments.GetValue<bool>(DryRun))
        {
            Tell(call.Terminal, await cluster.PlanAsync(workload, options, cancellationToken).ConfigureAwait(false), settings.ClusterName);
            return ExitCode.Done;
        }

        RunReport report;
        using (var view = new RunProgressView(call.Terminal, call.Surroundings.Time))
        {
            report = await cluster.ExecuteAsync(workload, snapshot, Verification.Changed, options, artifacts, view, cancellationToken).ConfigureAwait(false);
        }

        return RunTold.Write(call.Terminal, report, settings.Switch(SettingsSchema.ContinueOnItemFailure));
    }

    private static void Tell(Terminal terminal, RunPlan plan, string cluster)
    {
        if (terminal.Json)
        {
            WritePlans(terminal, [json =>
            {
                json.WriteStartObject();
                PlanDocument.Write(json, plan);
                json.WriteEndObject();
            }], []);
            return;
        }

        foreach (var line in Account.Of(plan, cluster))
        {
            terminal.Output.WriteLine(line);
        }
    }

    private static void WritePlans(Terminal terminal, IEnumerable<Action<Utf8JsonWriter>> plans, IEnumerable<ToldProblem> problems) =>
        JsonOutput.Write(terminal, json =>
        {
            json.WriteStartArray("plans");
            foreach (var plan in plans)
            {
                plan(json);
            }

            json.WriteEndArray();
            ToldProblem.Write(json, problems);
        });
}
