using Clustrix.Diagnostics;
using Clustrix.Stores;

namespace Clustrix.Conformance;

public sealed class StoresThatCannotBeUsed
{
    public static TheoryData<string> Kinds => Toolbox.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_file_in_the_root_s_place(string kind)
    {
        using var node = new Node(kind);
        node.StoreRoot = node.Directory.Write("file", "");

        (await ProblemAsync(node)).ShouldSatisfyAllConditions(
            problem => problem.Code.ShouldBe(ErrorCode.StoreNotWritable),
            problem => problem.Message.ShouldContain(node.StoreRoot));
    }

    [Fact]
    public async Task A_root_where_nothing_can_be_made()
    {
        using var node = new Node { StoreRoot = "/proc/sys/clustrix" };

        (await ProblemAsync(node)).Code.ShouldBe(ErrorCode.StoreNotWritable);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_store_of_a_newer_format(string kind)
    {
        using var node = new Node(kind);
        await node.PushAsync(Node.PayloadOf());
        File.WriteAllText(node.StoreRoot + "/format", "2\n");

        (await ProblemAsync(node)).ShouldSatisfyAllConditions(
            problem => problem.Code.ShouldBe(ErrorCode.StoreTooNew),
            problem => problem.Message.ShouldContain("format 2"));
    }

    [RootTheory]
    [MemberData(nameof(Kinds))]
    public async Task A_store_of_another_user(string kind)
    {
        using var node = new Node(kind);
        await node.PushAsync(Node.PayloadOf());
        await Shell.RunAsync(node.StoreRoot, "chown 65534 .");

        (await ProblemAsync(node)).Code.ShouldBe(ErrorCode.StoreForeign);
    }

    [RootFact]
    public async Task Nothing_of_another_user_s_store_is_run()
    {
        using var node = new Node();
        var program = node.Directory.Write($"a store's root/node/{Clustrix.Node.NodeProgram.Digest}.sh", $"touch '{node.Directory["proof"]}'\n");
        await Shell.RunAsync(node.Directory.Root, $"chown -R 65534 \"a store's root\"");

        (await ProblemAsync(node)).Code.ShouldBe(ErrorCode.StoreForeign);

        File.Exists(program).ShouldBeTrue();
        File.Exists(node.Directory["proof"]).ShouldBeFalse();
    }

    [Theory]
    [InlineData("tar")]
    [InlineData("gzip")]
    [InlineData("dd")]
    [InlineData("setsid")]
    [InlineData("grep")]
    public async Task A_node_without_a_tool(string tool)
    {
        using var node = new Node("busybox");
        node.Toolbox.Remove(tool);

        (await ProblemAsync(node)).ShouldSatisfyAllConditions(
            problem => problem.Code.ShouldBe(ErrorCode.ToolMissing),
            problem => problem.Message.ShouldContain($"lacks {tool}"));
    }

    [Fact]
    public async Task A_node_without_any_digest_tool()
    {
        using var node = new Node("busybox");
        node.Toolbox.Remove("sha256sum");

        (await ProblemAsync(node)).Message.ShouldContain("sha256sum");
    }

    [Fact]
    public async Task A_program_that_was_half_written_is_asked_for_again()
    {
        using var node = new Node();
        node.Directory.Write($"a store's root/node/{Clustrix.Node.NodeProgram.Digest}.sh", "");

        (await node.PushAsync(Node.PayloadOf())).FilesSent.ShouldBe(0);
    }

    [RootTheory]
    [MemberData(nameof(Kinds))]
    public async Task A_full_disk_publishes_nothing_and_a_push_works_again_after_it_has_space(string kind)
    {
        using var node = new Node(kind);
        await using var disk = await SmallDisk.MountAsync(node.Directory["disk"], megabytes: 4);
        node.StoreRoot = node.Directory["disk/store"];
        await node.PushAsync(Node.PayloadOf(node.TextFile("first", "first")));
        disk.FillUpTo(300_000);
        var payload = node.Files("too much", 8, lines: 5_000);

        (await ProblemAsync(() => node.PushAsync(payload, host: new UnmeasuredHost(node.Host)))).Code.ShouldBe(ErrorCode.StoreFull);
        node.Store.Workspaces.Count().ShouldBe(1);
        node.Store.ShouldBeSound();
        disk.MakeSpace();
        var push = await node.PushAsync(payload);

        Tree.Of(push.Workspace).Count.ShouldBe(8);
        node.Store.ShouldBeSound();
    }

    [RootFact]
    public async Task What_can_t_fit_isn_t_even_sent()
    {
        using var node = new Node();
        await using var disk = await SmallDisk.MountAsync(node.Directory["disk"], megabytes: 2);
        node.StoreRoot = node.Directory["disk/store"];
        var payload = node.Files("too much", 4, lines: 100_000);

        var problem = await ProblemAsync(() => node.PushAsync(payload));

        problem.Code.ShouldBe(ErrorCode.StoreFull);
        problem.Message.ShouldContain("free are");
    }

    [RootTheory]
    [MemberData(nameof(Kinds))]
    public async Task A_disk_without_a_byte_for_the_program(string kind)
    {
        using var node = new Node(kind);
        await using var disk = await SmallDisk.MountAsync(node.Directory["disk"], megabytes: 1);
        disk.FillUpTo(0);
        node.StoreRoot = node.Directory["disk/store"];

        (await ProblemAsync(node)).Code.ShouldBe(ErrorCode.StoreFull);
    }

    private static Task<Problem> ProblemAsync(Node node) => ProblemAsync(() => node.PushAsync(Node.PayloadOf(node.TextFile("file", "content"))));

    private static async Task<Problem> ProblemAsync(Func<Task<PushResult>> push) =>
        (await Should.ThrowAsync<ClustrixException>(push)).Problems.ShouldHaveSingleItem();
}
