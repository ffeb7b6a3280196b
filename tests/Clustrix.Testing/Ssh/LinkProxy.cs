using System.Net;
using System.Net.Sockets;

namespace Clustrix.Testing.Ssh;

/// <summary>
/// A link between clients on this machine and a server: carries TCP connections, each way with the delay and the speed of the link, which all
/// connections share; counts what it carries; cuts them where it is told to.
/// </summary>
public sealed class LinkProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly HashSet<LinkConnection> _connections = [];
    private readonly Lane _up;
    private readonly Lane _down;
    private readonly TimeSpan _handshake;
    private readonly string _address;
    private readonly int _serverPort;
    private readonly Task _accepting;

    private LinkProxy(string address, int port, LinkSpeed speed)
    {
        _address = address;
        _serverPort = port;
        _up = new Lane(speed.RoundTrip / 2, speed.BytesPerSecond);
        _down = new Lane(speed.RoundTrip / 2, speed.BytesPerSecond);

        // A real server hears of a connection when the third packet of its handshake has come.
        _handshake = speed.RoundTrip * 1.5;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>The port of 127.0.0.1 at which clients find the link.</summary>
    public int Port { get; }

    /// <summary>Bytes that were delivered to the server so far, over all connections.</summary>
    public long Sent => _up.Delivered;

    /// <summary>Bytes that were delivered to clients so far, over all connections.</summary>
    public long Received => _down.Delivered;

    /// <summary>Connections that clients have made so far.</summary>
    public int Accepted { get; private set; }

    /// <summary>Starts a link to a port of a server.</summary>
    public static LinkProxy Start(string address, int port, LinkSpeed speed) => new(address, port, speed);

    /// <summary>Delivers that many bytes more to the server, and then cuts the connection that has the next one: once.</summary>
    public void CutAfterSending(long bytes) => _up.CutAfter(bytes);

    /// <summary>Delivers that many bytes more to clients, and then cuts the connection that has the next one: once.</summary>
    public void CutAfterReceiving(long bytes) => _down.CutAfter(bytes);

    /// <summary>Cuts all connections. New ones are carried.</summary>
    public void Cut()
    {
        foreach (var connection in Connections())
        {
            connection.Cut();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Cut();
        await Task.WhenAll(Connections().Select(connection => connection.Ended));
        _ending.Dispose();
    }

    private LinkConnection[] Connections()
    {
        lock (_connections)
        {
            return [.. _connections];
        }
    }

    private async Task AcceptAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                Carry(await _listener.AcceptSocketAsync(_ending.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The link is at its end, or a client has gone before it was let in.
            }
        }
    }

    private void Carry(Socket client)
    {
        Accepted++;
        var connection = new LinkConnection(client, _address, _serverPort, _handshake);
        lock (_connections)
        {
            _connections.Add(connection);
        }

        _ = CarryAsync(connection);
    }

    private async Task CarryAsync(LinkConnection connection)
    {
        await connection.CarryAsync(_up, _down);
        lock (_connections)
        {
            _connections.Remove(connection);
        }
    }
}
