using Cake.Clustrix.Input;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Snapshots;
using Clustrix.Stores;
using Clustrix.Workloads;

namespace Cake.Clustrix;

/// <summary>Reads a script's workload, runs it, and tells what came of it.</summary>
internal sealed class WorkloadRun(AliasCall call, ClustrixRunSettings settings)
{
    private const int ErrorsShown = 20;

    public Task<RunReport> ExecuteAsync(CancellationToken cancellationToken) => OnClusterAsync(
        isVisit: false,
        async (cluster, workload, snapshot, resolved) =>
        {
            var progress = new ProgressLines(call.Log, TimeProvider.System);
            var report = await cluster.ExecuteAsync(
                workload, snapshot, Verification.Changed, call.Client.RunOptionsOf(resolved), call.Client.ArtifactsDirectory(resolved), progress, cancellationToken).ConfigureAwait(false);
            Tell(report, resolved);
            return report;
        },
        cancellationToken);

    public Task<RunPlan> PlanAsync(CancellationToken cancellationToken) => OnClusterAsync(
        isVisit: true,
        async (cluster, workload, _, resolved) =>
        {
            var plan = await cluster.PlanAsync(workload, call.Client.RunOptionsOf(resolved), cancellationToken).ConfigureAwait(false);
            foreach (var line in Account.Of(plan, resolved.ClusterName))
            {
                call.Log.Say(line);
            }

            return plan;
        },
        cancellationToken);

    private async Task<T> OnClusterAsync<T>(bool isVisit, Func<Cluster, Workload, Snapshot, ResolvedSettings, Task<T>> work, CancellationToken cancellationToken)
    {
        var variables = Variables.Read(settings, call.Environment);
        var (resolved, items, problems) = await ReadAsync(cancellationToken).ConfigureAwait(false);
        problems.AddRange(settings.Snapshot is null ? [] : ItemRules.CheckListed(variables.Keys));
        var snapshot = settings.Snapshot ?? await problems.TryAsync(() => Task.FromResult(MachineSnapshot.Take(settings.Tools, variables))).ConfigureAwait(false);
        if (problems.Count > 0)
        {
            // Nothing is going to run: so the rest is told too.
            _ = await problems.TryAsync(() => call.Client.PackAsync(Sources(), resolved, cancellationToken)).ConfigureAwait(false);
            throw new ClustrixException(problems);
        }

        var connection = call.Client.BeginConnecting(resolved, isVisit, cancellationToken);
        await using (connection.ConfigureAwait(false))
        {
            var payload = await connection.PackAsync(Sources(), cancellationToken).ConfigureAwait(false);
            var workload = new Workload(
                [.. items.Select(item => item.WithListedVariables(variables))], payload, EnvironmentHash.Of(snapshot!).Value, resolved.Text(SettingsSchema.Salt));
            return await work(await connection.ClusterAsync().ConfigureAwait(false), workload, snapshot!, resolved).ConfigureAwait(false);
        }
    }

    private async Task<(ResolvedSettings Settings, IReadOnlyList<Item> Items, List<Problem> Problems)> ReadAsync(CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        var resolved = await problems.TryAsync(() => call.ReadSettingsAsync(cancellationToken)).ConfigureAwait(false) ?? ResolvedSettings.Defaults;
        var defaults = await problems.TryAsync(() => Task.FromResult(ItemDefaults.Read(resolved))).ConfigureAwait(false) ?? ItemDefaults.Read(ResolvedSettings.Defaults);
        var items = new ItemReader(defaults, problems).Read(settings.Items);
        return (resolved, items, problems);
    }

    private IReadOnlyList<PayloadSource> Sources() => PayloadReader.Read(settings.Payload, call.Directory);

    private void Tell(RunReport report, ResolvedSettings resolved)
    {
        call.Log.Say(Account.Of(report.Push, resolved.ClusterName));
        call.Log.Say(Account.Of(report));
        var goesOn = resolved.Switch(SettingsSchema.ContinueOnItemFailure);
        Problem[] failures =
        [
            .. report.Failures.Select(item => ItemFailure.ToProblem(item) with { Severity = goesOn ? Severity.Warning : Severity.Error }),
        ];
        foreach (var failure in failures.Take(ErrorsShown))
        {
            call.Log.Report(failure);
        }

        if (failures.Length > 0 && !goesOn)
        {
            throw Failure.Of(report, failures);
        }
    }
}
