using System.Diagnostics;
using Clustrix.Hosts;
using Clustrix.Node;

namespace Clustrix.Runs;

/// <summary>One host of a cluster and the session with it, which can be made anew.</summary>
internal sealed class ClusterHost : IAsyncDisposable
{
    private readonly IHost _host;
    private long? _givenUpAt;

    private ClusterHost(IHost host, int number, NodeSession session)
    {
        _host = host;
        Number = number;
        Session = session;
    }

    /// <summary>What messages call the host.</summary>
    public string Name => _host.Name;

    /// <summary>Its number in the cluster, from 1: what it is called among hosts that share a store.</summary>
    public int Number { get; }

    public NodeSession Session { get; private set; }

    public static async Task<ClusterHost> ConnectAsync(IHost host, int number, string storeRoot, bool isVisit, CancellationToken cancellationToken) => new(
        host,
        number,
        await (isVisit ? NodeSession.VisitAsync(host, storeRoot, cancellationToken) : NodeSession.OpenAsync(host, storeRoot, cancellationToken)).ConfigureAwait(false));

    /// <summary>Whether the way to the host is one that breaks and comes back.</summary>
    public bool Reconnects => !_host.HasShellsToSpare;

    /// <summary>Takes the place of a session that is of no further use.</summary>
    /// <exception cref="Diagnostics.ClustrixException">The host can't be reached, as before; the session stays as it is.</exception>
    public async Task ReconnectAsync(CancellationToken cancellationToken)
    {
        var session = await NodeSession.OpenAsync(_host, Session.Root, cancellationToken).ConfigureAwait(false);
        await Session.DisposeAsync().ConfigureAwait(false);
        Session = session;
        IsLost = false;
    }

    /// <summary>Whether there is no further use of the session, or it has been given up: what is under way there will never end.</summary>
    public bool IsLost
    {
        get => IsGivenUp || !Session.IsUsable;
        set => _givenUpAt = value ? _givenUpAt ?? Stopwatch.GetTimestamp() : null;
    }

    /// <summary>Whether it has been given up: then whoever goes on with it waits for the host.</summary>
    public bool IsGivenUp => _givenUpAt is not null;

    /// <summary>For how long that has been so.</summary>
    public TimeSpan LostFor => _givenUpAt is { } then ? Stopwatch.GetElapsedTime(then) : TimeSpan.Zero;

    /// <summary>The session, made anew when there is no further use of it.</summary>
    public async Task<NodeSession> UsableSessionAsync(CancellationToken cancellationToken)
    {
        if (IsLost)
        {
            await ReconnectAsync(cancellationToken).ConfigureAwait(false);
        }

        return Session;
    }

    /// <summary>Opens a session beside the one that is there, for what can't wait for it.</summary>
    public Task<NodeSession> OpenAnotherAsync(CancellationToken cancellationToken) => NodeSession.OpenAsync(_host, Session.Root, cancellationToken);

    public ValueTask DisposeAsync() => Session.DisposeAsync();
}
