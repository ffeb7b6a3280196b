using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Clustrix.Cli.Projects;
using Clustrix.Configuration;
using Clustrix.Results;
using Clustrix.Stores;
using Clustrix.Workloads;

namespace Clustrix.Cli.Commands;

/// <summary>Brings a payload to the cluster.</summary>
internal sealed class PushVerb : ProjectVerb
{
    private const string DryRun = "--dry-run";

    /// <inheritdoc/>
    public override string Name => "push";

    /// <inheritdoc/>
    public override string Description => "Bring the payload of a project, or the files of --payload, to the cluster; what is there doesn't travel again.";

    /// <inheritdoc/>
    protected override string TargetName => "ClustrixPush";

    /// <inheritdoc/>
    protected override IEnumerable<Setting> Settings =>
        [.. SettingsSchema.Access, SettingsSchema.CacheDirectory, SettingsSchema.Salt];

    /// <inheritdoc/>
    public override void Define(Command command)
    {
        base.Define(command);
        command.Options.Add(PayloadOption.New());
        command.Options.Add(new Option<bool>(DryRun) { Description = "Only say which files would travel, and how many bytes." });
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var dry = call.Arguments.GetValue<bool>(DryRun);
        if (call.Payload().Count == 0)
        {
            return await PushProjectAsync(call, dry, cancellationToken).ConfigureAwait(false);
        }

        var settings = await call.SettingsAsync(cancellationToken).ConfigureAwait(false);
        var connection = call.Client.BeginConnecting(settings, isVisit: dry, cancellationToken);
        await using (connection.ConfigureAwait(false))
        {
            var payload = await new LocalPayload(call, connection).BuildAsync(call.Payload(), cancellationToken).ConfigureAwait(false);
            var cluster = await connection.ClusterAsync().ConfigureAwait(false);
            if (dry)
            {
                Tell(call.Terminal, await cluster.PlanPushAsync(payload, cancellationToken).ConfigureAwait(false));
            }
            else
            {
                Tell(call.Terminal, payload, await cluster.PushAsync(payload, Verification.Changed, cancellationToken).ConfigureAwait(false));
            }
        }

        return ExitCode.Done;
    }

    private async Task<ExitCode> PushProjectAsync(Call call, bool dry, CancellationToken cancellationToken)
    {
        var build = await BuildAsync(
            call, BuildTarget.Find(Named(call), call.Surroundings), _ => dry ? ["-p:ClustrixDryRun=true"] : [], cancellationToken).ConfigureAwait(false);
        if (call.Terminal.Json)
        {
            WriteJson(call.Terminal, build.Answers.Select(answer => (Action<Utf8JsonWriter>)answer.WriteTo), build.Problems);
        }

        return build.Code;
    }

    private static void Tell(Terminal terminal, PushPlan plan)
    {
        if (terminal.Json)
        {
            WriteJson(terminal, [Object(json => PushDocument.Write(json, plan))], []);
            return;
        }

        foreach (var file in plan.Files)
        {
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file.Size,15}  {file.Path}"));
        }

        terminal.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Count.Of(plan.Files.Count, "file")}, {plan.Bytes} bytes would be pushed; {Count.Of(plan.FilesReused, "file")} there already."));
    }

    private static void Tell(Terminal terminal, Payload payload, PushResult push)
    {
        if (terminal.Json)
        {
            WriteJson(terminal, [Object(json => PushDocument.Write(json, push, payload.Root))], []);
            return;
        }

        terminal.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Count.Of(push.FilesSent, "file")}, {push.ContentBytesSent} bytes pushed{(push.Workspaces.Count > 1 ? $" to {push.Workspaces.Count} hosts" : "")}; {Count.Of(push.FilesReused, "file")} there already."));
    }

    private static Action<Utf8JsonWriter> Object(Action<Utf8JsonWriter> properties) => json =>
    {
        json.WriteStartObject();
        properties(json);
        json.WriteEndObject();
    };

    private static void WriteJson(Terminal terminal, IEnumerable<Action<Utf8JsonWriter>> pushes, IEnumerable<ToldProblem> problems) =>
        JsonOutput.Write(terminal, json =>
        {
            json.WriteStartArray("pushes");
            foreach (var push in pushes)
            {
                push(json);
            }

            json.WriteEndArray();
            ToldProblem.Write(json, problems);
        });
}
