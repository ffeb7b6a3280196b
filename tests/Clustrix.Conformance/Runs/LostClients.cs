using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Workloads;

namespace Clustrix.Conformance;

public sealed class LostClients
{
    private static readonly RunOptions Impatient = new() { Workers = 1, ClientLossTimeout = TimeSpan.FromSeconds(2) };

    public static TheoryData<string> Kinds => Toolbox.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_run_that_no_client_asks_for_is_cancelled_when_it_was_to_be(string kind)
    {
        using var node = new Node(kind);
        var mark = Guid.NewGuid().ToString("N");
        var workload = WorkloadOf(mark, "sleep 1000");
        var client = await node.ConnectAsync();
        var push = await client.PushAsync(workload.Payload, Verification.Changed, node.Token);
        _ = client.RunAsync(workload, push, Impatient, null, node.Token);
        await Condition.HoldsAsync(() => Processes.With("MARK=" + mark).Any(), "the item is running");

        await client.DisposeAsync();

        await Condition.HoldsAsync(() => !Processes.With("MARK=" + mark).Any(), "nothing of the item is left");
        await using var other = await node.ConnectAsync();
        await Condition.HoldsAsync(
            async () => (await other.StatusAsync(node.Token)).ShouldHaveSingleItem() is { State: RunState.Ended, Cancelled: true }, "the run is cancelled");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_client_that_follows_keeps_it_going(string kind)
    {
        using var node = new Node(kind);
        await using var client = await node.ConnectAsync();

        // Longer than a client of a busy machine may be held up.
        var run = await node.RunAsync(client, WorkloadOf("x", "sleep 11"), Impatient with { ClientLossTimeout = TimeSpan.FromSeconds(8) });

        run.Results[0].Outcome.ShouldBe(Outcome.Passed);
    }

    private static Workload WorkloadOf(string mark, string command) => Node.Workload(
        Node.PayloadOf(), Node.Item("item", command) with { Environment = new Dictionary<string, string> { ["MARK"] = mark } });
}
