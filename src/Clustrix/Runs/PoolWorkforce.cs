using System.Globalization;
using Clustrix.Schedulers;

namespace Clustrix.Runs;

/// <summary>Workers that the node program starts on its own host.</summary>
/// <param name="host">The host.</param>
/// <param name="run">The run's id.</param>
/// <param name="plan">How many for each class.</param>
internal sealed class PoolWorkforce(ClusterHost host, string run, PoolPlan plan) : IWorkforce
{
    /// <inheritdoc/>
    public string Members => host.Number.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => host.Session.AskAsync($"start {run} {host.Number} {plan}", null, cancellationToken);

    // A process's own host knows of it at any time.
    /// <inheritdoc/>
    public Task<RunState> LookAsync(RunState told, bool isFollowed, CancellationToken cancellationToken) => Task.FromResult(told);
}
