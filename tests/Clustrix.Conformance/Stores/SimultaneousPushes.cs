using Clustrix.Stores;
using Clustrix.Workloads;

namespace Clustrix.Conformance;

public sealed class SimultaneousPushes
{
    private const int Pushers = 8;

    public static TheoryData<string> Kinds => new("dash", "busybox");

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Pushers_of_one_payload_all_get_the_same_workspace(string kind)
    {
        using var node = new Node(kind);
        var payload = node.Files("same", 40);

        var pushes = await PushAllAsync(node, _ => payload);

        pushes.Select(push => push.Workspace).Distinct().ShouldHaveSingleItem();
        node.Store.Blobs.Count.ShouldBe(40);
        node.Store.ShouldBeSound();
        node.Store.Sessions.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Pushers_of_payloads_that_share_files_don_t_disturb_each_other(string kind)
    {
        using var node = new Node(kind);
        var shared = node.Files("shared", 40).Files;

        var pushes = await PushAllAsync(node, number => Node.PayloadOf([.. shared.Skip(number), node.TextFile("own", $"own {number}")]));

        foreach (var (push, number) in pushes.Select((push, number) => (push, number)))
        {
            File.ReadAllText(push.Workspace + "/own").ShouldBe($"own {number}");
            Directory.GetFiles(push.Workspace).Length.ShouldBe(41 - number);
        }

        node.Store.Blobs.Count.ShouldBe(40 + Pushers);
        node.Store.ShouldBeSound();
    }

    private static Task<PushResult[]> PushAllAsync(Node node, Func<int, Payload> payload)
    {
        Payload[] payloads = [.. Enumerable.Range(0, Pushers).Select(payload)];
        return Task.WhenAll(payloads.Select(one => Task.Run(() => node.PushAsync(one), node.Token)));
    }
}
