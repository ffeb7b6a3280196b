using System.CommandLine;
using System.Text.Json;
using Clustrix.Configuration;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Stores;

namespace Clustrix.Cli.Commands;

/// <summary>Removes from the store what nobody uses.</summary>
internal sealed class CleanVerb : ClusterVerb
{
    private const string DryRun = "--dry-run";

    /// <inheritdoc/>
    public override string Name => "clean";

    /// <inheritdoc/>
    public override string Description => "Remove ended runs that are older than --keep-days or above --store-limit, and what nobody uses any more.";

    /// <inheritdoc/>
    public override void Define(Command command)
    {
        base.Define(command);
        SettingOptions.Add(command, SettingsSchema.KeepDays, SettingsSchema.StoreLimit);
        command.Options.Add(new Option<bool>(DryRun) { Description = "Only say what would be removed." });
    }

    /// <inheritdoc/>
    protected override Task<Cluster> ConnectAsync(Call call, ResolvedSettings settings, CancellationToken cancellationToken) =>
        call.Client.ReachAsync(settings, isVisit: call.Arguments.GetValue<bool>(DryRun), cancellationToken);

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(Call call, ResolvedSettings settings, Cluster cluster, CancellationToken cancellationToken)
    {
        var dry = call.Arguments.GetValue<bool>(DryRun);
        var cleaned = await cluster.CleanAsync(Retention.Of(settings), dry, cancellationToken).ConfigureAwait(false);
        if (call.Terminal.Json)
        {
            WriteJson(call.Terminal, cleaned, dry);
            return ExitCode.Done;
        }

        foreach (var store in dry ? cleaned : [])
        {
            foreach (var run in store.Removed.Runs)
            {
                await call.Terminal.Output.WriteLineAsync($"run {run} on {store.Host}").ConfigureAwait(false);
            }
        }

        foreach (var line in Account.Of(cleaned, dry))
        {
            await call.Terminal.Output.WriteLineAsync(line).ConfigureAwait(false);
        }

        return ExitCode.Done;
    }

    private static void WriteJson(Terminal terminal, IReadOnlyList<CleanedStore> stores, bool dry) =>
        JsonOutput.Write(terminal, json =>
        {
            json.WriteBoolean("dryRun", dry);
            json.WriteStartArray("stores");
            foreach (var store in stores)
            {
                json.WriteStartObject();
                json.WriteString("host", store.Host);
                json.WriteString("root", store.Root);
                Write(json, store.Removed);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            Write(json, CleanResult.Of(stores));
        });

    private static void Write(Utf8JsonWriter json, CleanResult cleaned)
    {
        json.WriteStartArray("runs");
        foreach (var run in cleaned.Runs)
        {
            json.WriteStringValue(run);
        }

        json.WriteEndArray();
        json.WriteNumber("payloads", cleaned.Workspaces.Count);
        json.WriteNumber("files", cleaned.Blobs);
        json.WriteNumber("bytes", cleaned.Bytes);
    }
}
