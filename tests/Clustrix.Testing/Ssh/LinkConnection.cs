using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Clustrix.Testing.Ssh;

/// <summary>One TCP connection on a link.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The sockets are disposed of when all has been carried; a source of cancellation without a timer holds nothing but memory.")]
internal sealed class LinkConnection
{
    // What fits on the slow link at once is a tenth of this; a full queue stops the reader, and TCP the sender.
    private const int QueuedChunks = 512;
    private const int ChunkSize = 16 * 1024;

    private readonly CancellationTokenSource _cut = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Socket _client;
    private readonly Socket _server = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly string _address;
    private readonly int _port;
    private readonly TimeSpan _handshake;

    internal LinkConnection(Socket client, string address, int port, TimeSpan handshake)
    {
        _client = client;
        _address = address;
        _port = port;
        _handshake = handshake;
        _client.NoDelay = true;
        _server.NoDelay = true;
    }

    internal Task Ended => _ended.Task;

    /// <summary>Ends the connection at both sides at once.</summary>
    internal void Cut() => _cut.Cancel();

    /// <summary>Carries bytes both ways until both sides have said their last, or the connection is cut.</summary>
    internal async Task CarryAsync(Lane up, Lane down)
    {
        var opened = OpenAsync();
        await Task.WhenAll(CarryAsync(_client, _server, up, opened), CarryAsync(_server, _client, down, opened));
        _client.Dispose();
        _server.Dispose();
        _ended.SetResult();
    }

    private async Task OpenAsync()
    {
        await Lane.UntilAsync(Lane.Now + _handshake, _cut.Token);
        await _server.ConnectAsync(_address, _port, _cut.Token);
    }

    private async Task CarryAsync(Socket from, Socket to, Lane lane, Task opened)
    {
        var queue = Channel.CreateBounded<Chunk>(new BoundedChannelOptions(QueuedChunks) { SingleReader = true, SingleWriter = true });
        try
        {
            await Task.WhenAll(TakeInAsync(from, queue.Writer, lane, from == _server ? opened : Task.CompletedTask), GiveOutAsync(queue.Reader, to, lane, opened));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // A side that breaks the connection breaks it for the other.
            Cut();
        }
    }

    private async Task TakeInAsync(Socket from, ChannelWriter<Chunk> queue, Lane lane, Task opened)
    {
        try
        {
            await opened;
            while (true)
            {
                var bytes = new byte[ChunkSize];
                var count = await from.ReceiveAsync(bytes, _cut.Token);
                if (count == 0)
                {
                    break;
                }

                await queue.WriteAsync(new Chunk(bytes.AsMemory(0, count), await lane.EnterAsync(count, _cut.Token)), _cut.Token);
            }
        }
        catch
        {
            // The one who gives out waits for more, which won't come.
            Cut();
            throw;
        }

        await queue.WriteAsync(new Chunk(default, await lane.EnterAsync(0, _cut.Token)), _cut.Token);
        queue.Complete();
    }

    private async Task GiveOutAsync(ChannelReader<Chunk> queue, Socket to, Lane lane, Task opened)
    {
        try
        {
            await opened;
            await foreach (var (bytes, due) in queue.ReadAllAsync(_cut.Token))
            {
                await Lane.UntilAsync(due, _cut.Token);
                if (bytes.IsEmpty)
                {
                    to.Shutdown(SocketShutdown.Send);
                    return;
                }

                var allowed = lane.Deliver(bytes.Length);
                for (var rest = bytes[..allowed]; !rest.IsEmpty;)
                {
                    rest = rest[await to.SendAsync(rest, _cut.Token)..];
                }

                if (allowed < bytes.Length)
                {
                    Cut();
                    return;
                }
            }
        }
        catch
        {
            Cut();
            throw;
        }
    }

    /// <summary>Bytes on their way; none are the end of the stream.</summary>
    /// <param name="Bytes">The bytes.</param>
    /// <param name="Due">When they arrive.</param>
    private readonly record struct Chunk(ReadOnlyMemory<byte> Bytes, TimeSpan Due);
}
