using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Clustrix.Testing.Ssh;

namespace Clustrix.Conformance.Ssh;

/// <summary>Times are compared with what the link must take at least: a slow machine only adds to them.</summary>
public sealed class LinksToHosts
{
    private static readonly LinkSpeed Speed = new(TimeSpan.FromMilliseconds(200), 1_000_000);

    [Fact]
    public async Task An_answer_is_never_earlier_than_the_round_trip()
    {
        await using var link = new LinkedSockets(Speed);
        await link.SendAsync(1);
        var stopwatch = Stopwatch.StartNew();

        await link.SendAsync(1);
        await link.AnswerAsync(1);

        stopwatch.Elapsed.ShouldBeGreaterThanOrEqualTo(Speed.RoundTrip);
    }

    [Fact]
    public async Task A_connection_costs_its_handshake()
    {
        var stopwatch = Stopwatch.StartNew();

        await using var link = new LinkedSockets(Speed);
        await link.SendAsync(1);

        stopwatch.Elapsed.ShouldBeGreaterThanOrEqualTo(Speed.RoundTrip * 1.5);
    }

    [Fact]
    public async Task Bytes_are_paced()
    {
        await using var link = new LinkedSockets(Speed);
        await link.SendAsync(1);
        var stopwatch = Stopwatch.StartNew();

        await link.SendAsync(500_000);

        // Half a second at the link's speed, from the first byte's start to the last one's arrival.
        stopwatch.Elapsed.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(0.5));
        link.Proxy.Sent.ShouldBe(500_001);
    }

    /// <summary>Were each piece waited for, the 40 of them would take 40 round trips.</summary>
    [Fact]
    public async Task Bytes_follow_each_other_on_the_way()
    {
        var far = new LinkSpeed(TimeSpan.FromSeconds(2), null);
        await using var link = new LinkedSockets(far);
        await link.SendAsync(1);
        var stopwatch = Stopwatch.StartNew();

        await link.SendAsync(40 * 16 * 1024);

        stopwatch.Elapsed.ShouldBeInRange(far.RoundTrip / 2, far.RoundTrip * 20);
    }

    [Fact]
    public async Task A_connection_is_cut_behind_a_byte_on_its_way_to_the_server()
    {
        await using var link = new LinkedSockets(LinkSpeed.Unlimited);
        link.Proxy.CutAfterSending(1000);

        await link.Client.SendAsync(new byte[5000]);

        (await link.ReadToEndAsync(await link.Server)).ShouldBe(1000);
        link.Proxy.Sent.ShouldBe(1000);
    }

    [Fact]
    public async Task A_connection_is_cut_behind_a_byte_on_its_way_to_the_client()
    {
        await using var link = new LinkedSockets(LinkSpeed.Unlimited);
        link.Proxy.CutAfterReceiving(1000);

        await (await link.Server).SendAsync(new byte[5000]);

        (await link.ReadToEndAsync(link.Client)).ShouldBe(1000);
        link.Proxy.Received.ShouldBe(1000);
    }

    [Fact]
    public async Task The_end_of_a_stream_is_carried_and_the_other_direction_goes_on()
    {
        await using var link = new LinkedSockets(LinkSpeed.Unlimited);
        await link.Client.SendAsync(new byte[100_000]);
        link.Client.Shutdown(SocketShutdown.Send);

        (await link.ReadToEndAsync(await link.Server)).ShouldBe(100_000);
        await link.AnswerAsync(100_000);
    }

    [SshFact]
    public async Task A_host_is_reached_through_a_link_under_its_own_key()
    {
        await using var hosts = await SshHosts.OpenAsync();
        var link = await hosts.LinkAsync(await hosts.StartAsync("h1"), "slow", LinkSpeed.Slow);

        (await hosts.SshAsync("slow", "head -c 100000 /dev/zero")).ExitCode.ShouldBe(0);

        link.Accepted.ShouldBe(1);
        link.Received.ShouldBeGreaterThan(100_000);
        link.Sent.ShouldBeInRange(1, 100_000);
    }

    [SshFact]
    public async Task Cutting_a_link_cuts_ssh_and_a_new_connection_is_carried()
    {
        await using var hosts = await SshHosts.OpenAsync();
        var link = await hosts.LinkAsync(await hosts.StartAsync("h1"), "link", LinkSpeed.Unlimited);
        var command = hosts.SshAsync("link", "touch started; sleep 1000");
        await Condition.HoldsAsync(async () => (await hosts.SshAsync("h1", "ls")).Output.Contains("started", StringComparison.Ordinal), "the command runs");

        link.Cut();

        (await command).ExitCode.ShouldBe(255);
        (await hosts.SshAsync("link", "true")).ExitCode.ShouldBe(0);
    }

    /// <summary>A client and a server with a link between them.</summary>
    private sealed class LinkedSockets : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(1));

        internal LinkedSockets(LinkSpeed speed)
        {
            _listener.Start();
            Server = _listener.AcceptSocketAsync(_limit.Token).AsTask();
            Proxy = LinkProxy.Start("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port, speed);
            Client = new Socket(SocketType.Stream, ProtocolType.Tcp);
            Client.Connect(IPAddress.Loopback, Proxy.Port);
        }

        internal LinkProxy Proxy { get; }

        internal Socket Client { get; }

        internal Task<Socket> Server { get; }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await Proxy.DisposeAsync();
            _listener.Dispose();
            _limit.Dispose();
        }

        internal async Task SendAsync(int count) => await CarryAsync(Client, await Server, count);

        internal async Task AnswerAsync(int count) => await CarryAsync(await Server, Client, count);

        internal async Task<int> ReadToEndAsync(Socket socket)
        {
            var all = 0;
            for (int count; (count = await socket.ReceiveAsync(new byte[4096], _limit.Token)) > 0;)
            {
                all += count;
            }

            return all;
        }

        private async Task CarryAsync(Socket from, Socket to, int count)
        {
            var sending = from.SendAsync(new byte[count], _limit.Token);
            var buffer = new byte[count];
            for (var read = 0; read < count;)
            {
                var more = await to.ReceiveAsync(buffer.AsMemory(read), _limit.Token);
                more.ShouldBeGreaterThan(0, "the connection has ended early");
                read += more;
            }

            await sending;
        }
    }
}
