using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Clustrix.Configuration;
using Clustrix.Results;
using Clustrix.Runs;

namespace Clustrix.Cli.Commands;

/// <summary>Lists the runs, or the items of one.</summary>
internal sealed class StatusVerb : ClusterVerb
{
    /// <inheritdoc/>
    public override string Name => "status";

    /// <inheritdoc/>
    public override string Description => "List the cluster's runs, or the items of one run.";

    /// <inheritdoc/>
    public override void Define(Command command)
    {
        base.Define(command);
        var run = RunArgument.New();
        run.Arity = ArgumentArity.ZeroOrOne;
        command.Arguments.Add(run);
    }

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(Call call, ResolvedSettings settings, Cluster cluster, CancellationToken cancellationToken)
    {
        if (call.Run().Length > 0)
        {
            var run = await cluster.LookIntoQueueAsync(await cluster.FindRunAsync(call.Run(), cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            Tell(call.Terminal, run, await cluster.ResultsAsync(run, cancellationToken).ConfigureAwait(false));
        }
        else
        {
            Tell(call.Terminal, settings.ClusterName, await cluster.StatusAsync(cancellationToken).ConfigureAwait(false));
        }

        return ExitCode.Done;
    }

    private static void Tell(Terminal terminal, string cluster, IReadOnlyList<RunStatus> runs)
    {
        if (terminal.Json)
        {
            WriteJson(terminal, cluster, runs);
            return;
        }

        terminal.Output.WriteLine(runs.Count == 0 ? $"{cluster} knows no run." : $"{Count.Of(runs.Count, "run")} on {cluster}:");
        foreach (var run in runs)
        {
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{run.Run}  {Account.StateOf(run),-10}  {Account.Done(run)}"));
        }
    }

    private static void Tell(Terminal terminal, RunDescription run, RunResult result)
    {
        if (terminal.Json)
        {
            WriteJson(terminal, run, result);
            return;
        }

        terminal.Output.WriteLine($"Run {run.Run}: {Account.StateOf(run)}, {Account.Done(run, result)}");
        foreach (var (number, item) in result.Results.Index())
        {
            var time = item.Record is { } record ? string.Create(CultureInfo.InvariantCulture, $"{record.Duration.TotalSeconds,9:0.00} s") : "           ";
            terminal.Output.WriteLine($"{(item.Record is null && IsRunning(run, number) ? "Running" : ItemWord(run, item)),-14} {time}  {item.Name}{(item.Cached ? " (reused)" : item.Flaky ? " (flaky)" : "")}");
        }
    }

    // Lost is only what has no result anywhere when its run is over.
    private static string ItemWord(RunDescription run, ItemResult item) =>
        item.Record is not null ? item.Outcome.ToString()
        : run.NotAsked.Count > 0 ? "Unknown"
        : run is { State: not RunState.Ended, Cancelled: false } ? nameof(Outcome.Unfinished)
        : item.Outcome.ToString();

    private static bool IsRunning(RunDescription run, int item) => run.State == RunState.Running && run.InHand.Contains(item);

    private static void WriteNotAsked(Utf8JsonWriter json, IReadOnlyList<string> hosts)
    {
        json.WriteStartArray("notAsked");
        foreach (var host in hosts)
        {
            json.WriteStringValue(host);
        }

        json.WriteEndArray();
    }

    private static void WriteJson(Terminal terminal, string cluster, IReadOnlyList<RunStatus> runs) =>
        JsonOutput.Write(terminal, json =>
        {
            json.WriteString("cluster", cluster);
            json.WriteStartArray("runs");
            foreach (var run in runs)
            {
                json.WriteStartObject();
                json.WriteString("run", run.Run);
                json.WriteString("state", run.State.ToString());
                json.WriteBoolean("cancelled", run.Cancelled);
                json.WriteNumber("items", run.Items);
                json.WriteNumber("done", run.Done);
                json.WriteNumber("failed", run.Failed);
                WriteNotAsked(json, run.NotAsked);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });

    private static void WriteJson(Terminal terminal, RunDescription run, RunResult result) =>
        JsonOutput.Write(terminal, json =>
        {
            json.WriteString("run", run.Run);
            json.WriteString("state", run.State.ToString());
            json.WriteBoolean("cancelled", run.Cancelled);
            json.WriteString("environment", run.EnvironmentHash);
            WriteNotAsked(json, run.NotAsked);
            json.WriteStartArray("items");
            foreach (var (number, item) in result.Results.Index())
            {
                json.WriteStartObject();
                json.WriteString("name", item.Name);
                json.WriteString("outcome", ItemWord(run, item));
                json.WriteBoolean("running", item.Record is null && IsRunning(run, number));
                json.WriteBoolean("cached", item.Cached);
                json.WriteNumber("attempts", item.Attempts);
                if (item.Record is { } record)
                {
                    json.WriteNumber("exitCode", record.ExitCode);
                    json.WriteNumber("signal", record.Signal);
                    json.WriteNumber("seconds", record.Duration.TotalSeconds);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
}
