using System.Globalization;
using Clustrix.Schedulers;

namespace Clustrix.Runs;

/// <summary>Workers that the node program starts on its own host, which knows of them at any time.</summary>
/// <param name="host">The host.</param>
/// <param name="run">The run's id.</param>
/// <param name="plan">How many for each class.</param>
internal sealed class PoolWorkforce(ClusterHost host, string run, PoolPlan plan) : IWorkforce
{
    /// <inheritdoc/>
    public string Members => host.Number.ToString(CultureInfo.InvariantCulture);

    // A pool that hasn't begun anything after so long doesn't get better. On a machine under load it takes a while until one is seen at all.
    /// <inheritdoc/>
    public TimeSpan LongestStart { get; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => host.Session.AskAsync($"start {run} {host.Number} {plan}", null, cancellationToken);

    /// <inheritdoc/>
    public Task HearAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public RunState StateOf(RunState told) => told;

    /// <inheritdoc/>
    public void Proceed(bool isFollowed)
    {
    }

    /// <inheritdoc/>
    public Task DismissAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
