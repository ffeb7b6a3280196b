using Clustrix.Configuration;
using Clustrix.Stores;
using Clustrix.Workloads;

namespace Clustrix.Runs;

/// <summary>
/// A cluster that is being connected to while what is to be brought there is packed. Disposing it ends the sessions, or gives up
/// connecting.
/// </summary>
public sealed class ClusterConnection : IAsyncDisposable
{
    private readonly CancellationTokenSource _over;
    private readonly Lazy<Task<Cluster>> _cluster;
    private readonly Client _client;
    private readonly ResolvedSettings _settings;
    private readonly bool _isVisit;
    private readonly PushedPayloads _pushed;
    private Task _saving = Task.CompletedTask;

    internal ClusterConnection(Client client, ResolvedSettings settings, bool isVisit, CancellationToken cancellationToken)
    {
        _client = client;
        _settings = settings;
        _isVisit = isVisit;
        _pushed = client.PushedOf(settings);
        _over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _cluster = new(() => ConnectAsync(_over.Token));

        // On this machine there is no way to wait for, and nothing is made before the payload is known to be good.
        if (settings.Find(SettingsSchema.Hosts) is not null)
        {
            _ = _cluster.Value;
        }
    }

    /// <summary>Makes a payload, as <see cref="Client.PackAsync"/> does; the digests of its files are written down while it is used already.</summary>
    /// <param name="sources">Its files.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="Diagnostics.ClustrixException">Everything that can't go into the payload; see <see cref="PayloadBuilder.BuildAsync"/>.</exception>
    public async Task<Payload> PackAsync(IReadOnlyList<PayloadSource> sources, CancellationToken cancellationToken)
    {
        await _saving.ConfigureAwait(false);
        (var payload, _saving) = await _client.BeginPackingAsync(sources, _settings, cancellationToken).ConfigureAwait(false);
        foreach (var host in _isVisit ? [] : Client.NamesOfHosts(_settings))
        {
            _pushed.BeginComparing(host, payload, cancellationToken);
        }

        return payload;
    }

    /// <summary>The cluster, when it is connected. It belongs to this connection, and is disposed of with it.</summary>
    /// <exception cref="Diagnostics.ClustrixException">Its host or its store can't be used; of several hosts, too few can.</exception>
    public Task<Cluster> ClusterAsync() => _cluster.Value;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        if (_cluster.IsValueCreated)
        {
            await ((Task)_cluster.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_cluster.Value.IsCompletedSuccessfully)
            {
                var cluster = await _cluster.Value.ConfigureAwait(false);
                await cluster.DisposeAsync().ConfigureAwait(false);
            }
        }

        await _saving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _over.Dispose();
    }

    // What is wrong with the settings is told by whoever asks for the cluster.
    private async Task<Cluster> ConnectAsync(CancellationToken cancellationToken) =>
        await (_isVisit ? _client.VisitAsync(_settings, cancellationToken) : _client.ConnectAsync(_settings, _pushed, cancellationToken)).ConfigureAwait(false);
}
