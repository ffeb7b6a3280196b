namespace Clustrix.Runs;

/// <summary>
/// A cluster that is being connected to while something else is done, such as packing what is to be brought there. Disposing it ends the
/// sessions, or gives up connecting.
/// </summary>
public sealed class ClusterConnection : IAsyncDisposable
{
    private readonly CancellationTokenSource _over;
    private readonly Task<Cluster> _cluster;

    internal ClusterConnection(Func<CancellationToken, Task<Cluster>> connect, CancellationToken cancellationToken)
    {
        _over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _cluster = connect(_over.Token);
    }

    /// <summary>The cluster, when it is connected. It belongs to this connection, and is disposed of with it.</summary>
    /// <exception cref="Diagnostics.ClustrixException">Its host or its store can't be used; of several hosts, too few can.</exception>
    public Task<Cluster> ClusterAsync() => _cluster;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        await ((Task)_cluster).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_cluster.IsCompletedSuccessfully)
        {
            var cluster = await _cluster.ConfigureAwait(false);
            await cluster.DisposeAsync().ConfigureAwait(false);
        }

        _over.Dispose();
    }
}
