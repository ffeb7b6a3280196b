using System.Globalization;
using Clustrix.Diagnostics;
using Clustrix.Stores;
using Clustrix.Workloads;

namespace Clustrix.Conformance;

public sealed class InterruptedPushes
{
    private const int FilesOfAPayload = 5;

    public static TheoryData<string, int, bool> Kinds => new()
    {
        { "dash", 70, false },
        { "dash", 70, true },
        { "bash", 5, false },
        { "busybox", 5, true },
        { "dash+busybox tar", 5, false },
        { "ksh", 5, true },
    };

    [Theory]
    [MemberData(nameof(Toolbox.Kinds), MemberType = typeof(Toolbox))]
    public async Task A_link_that_arrived_in_a_blob_s_place_is_never_published(string kind)
    {
        using var node = new Node(kind);
        await node.PushAsync(Node.PayloadOf());
        node.Directory.Write("secret", "secret");
        var name = new string('c', 62);
        await Shell.RunAsync(
            node.StoreRoot,
            $"mkdir -p tmp/1.1/in/ab tmp/2.2; echo 'x y 1 1' >tmp/1.1/owner; cp tmp/1.1/owner tmp/2.2; ln -s \"$PWD/../secret\" tmp/1.1/in/ab/{name}; mkdir ../out ../out/cd; echo out >../out/cd/{name}; ln -s \"$PWD/../out\" tmp/2.2/in; ln -s \"$PWD/../out/cd\" tmp/1.1/in/cd; touch -d '3 days ago' tmp/*/owner");

        await node.PushAsync(node.Files("payload", 1));

        node.Store.Blobs.Count.ShouldBe(1);
        node.Store.ShouldBeSound();
        Directory.GetDirectories(node.StoreRoot + "/tmp", "?.?").ShouldBeEmpty();
        File.Exists(node.Directory[$"out/cd/{name}"]).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Wherever_the_connection_ends_nothing_half_made_has_a_name_and_the_next_push_mends_it(string kind, int points, bool hasShellsToSpare)
    {
        using var node = new Node(kind);
        await node.PushAsync(Node.PayloadOf());
        var length = await LengthOfAPushAsync(node, node.Files("payload X", FilesOfAPayload), hasShellsToSpare);
        for (var point = 0; point < points; point++)
        {
            var payload = node.Files($"payload {point}", FilesOfAPayload);
            await CutAsync(node, payload, length * point / points, hasShellsToSpare, kill: point % 2 == 1);
            await MendedAsync(node, payload);
        }

        node.Store.ShouldBeSound();
    }

    [Fact]
    public async Task Wherever_the_first_connection_ends_the_next_one_makes_the_store()
    {
        using var node = new Node();
        var payload = node.Files("first", FilesOfAPayload);
        var length = await LengthOfAPushAsync(node, payload, hasShellsToSpare: true);
        const int points = 40;
        for (var point = 0; point < points; point++)
        {
            node.StoreRoot = node.Directory[$"store {point}"];
            await CutAsync(node, payload, length * point / points, hasShellsToSpare: true, kill: false);
            await MendedAsync(node, payload);
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task What_had_arrived_whole_is_not_sent_again(bool hasShellsToSpare, bool kill)
    {
        using var node = new Node();
        await node.PushAsync(Node.PayloadOf());
        var payload = node.Files("salvage", 20, lines: 20_000);
        await CutAsync(node, payload, 20 * payload.Files[0].Size / 2, hasShellsToSpare, kill);

        var push = await node.PushAsync(payload);

        push.FilesReused.ShouldBeInRange(5, 10);
        push.FilesSent.ShouldBe(20 - push.FilesReused);
        node.Store.ShouldBeSound();
        node.Store.Sessions.ShouldBeEmpty();
    }

    private static async Task<long> LengthOfAPushAsync(Node node, Payload payload, bool hasShellsToSpare)
    {
        await using var session = await node.OpenAsync(new CutHost(node.Host, long.MaxValue, hasShellsToSpare));
        await new Store(session, node.Log).PushAsync(payload, Verification.Changed, node.Token);
        return session.BytesSent;
    }

    private static async Task CutAsync(Node node, Payload payload, long at, bool hasShellsToSpare, bool kill)
    {
        var host = new CutHost(node.Host, at, hasShellsToSpare, kill ? () => Kill(node) : null);
        var problem = (await Should.ThrowAsync<ClustrixException>(() => node.PushAsync(payload, host: host))).Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe(ErrorCode.ConnectionLost);
        if (Directory.Exists(node.StoreRoot + "/ws"))
        {
            node.Store.Workspaces.ShouldNotContain(workspace => Path.GetFileName(workspace).StartsWith(payload.Root, StringComparison.Ordinal));
        }
    }

    private static async Task MendedAsync(Node node, Payload payload)
    {
        var push = await node.PushAsync(payload);
        foreach (var file in payload.Files)
        {
            Tree.DigestOf(Path.Combine(push.Workspace, file.Path)).ShouldBe(file.Digest);
        }

        Directory.GetFileSystemEntries(push.Workspace).Length.ShouldBe(payload.Files.Count);
    }

    private static void Kill(Node node)
    {
        foreach (var session in node.Store.Sessions)
        {
            var owner = File.ReadAllText(session + "/owner").Split(' ');
            Processes.Kill(int.Parse(owner[2], CultureInfo.InvariantCulture));
        }
    }
}
