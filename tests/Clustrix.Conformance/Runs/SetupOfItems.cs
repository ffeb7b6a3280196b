using System.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Workloads;

namespace Clustrix.Conformance;

public sealed class SetupOfItems
{
    public static TheoryData<string> Kinds => Toolbox.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Modules_come_first_then_variables_then_the_setup_and_all_of_it_reaches_the_command(string kind)
    {
        using var node = WithModules(kind, ("probe/1.0", "setenv FROM_MODULE module\nsetenv FROM_ITEM module"), ("other/2.0", "setenv FROM_OTHER $::env(FROM_MODULE)"));
        var item = Node.Item("item", "echo $FROM_MODULE $FROM_OTHER $FROM_ITEM $FROM_SETUP; pwd") with
        {
            Modules = ["probe/1.0", "other"],
            Environment = new Dictionary<string, string> { ["FROM_ITEM"] = "it's \"mine\"" },
            Setup = ["FROM_SETUP=$FROM_ITEM", "mkdir 'a place' && cd 'a place'"],
        };

        var (run, items) = await node.RunAsync(Node.PayloadOf(), [item]);

        run.Results[0].Outcome.ShouldBe(Outcome.Passed, items[0].Stderr is { } log ? File.ReadAllText(log) : "");
        var lines = File.ReadAllLines(items[0].Stdout!);
        (lines[0], Path.GetFileName(lines[1])).ShouldBe(("module module it's \"mine\" it's \"mine\"", "a place"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_step_that_fails_ends_the_item_and_is_named(string kind)
    {
        using var node = WithModules(kind, ("probe/1.0", "setenv A 1"), ("broken/1.0", "error broken"));
        Item[] items =
        [
            Node.Item("no such module", "echo ran") with { Modules = ["probe/1.0", "nowhere/3.1"] },
            Node.Item("a broken module", "echo ran") with { Modules = ["broken/1.0"] },
            Node.Item("a failing command", "echo ran") with { Setup = ["true", "(exit 7)"] },
            Node.Item("one that ends the shell", "echo ran") with { Modules = ["probe/1.0"], Setup = ["exit 0"] },
            Node.Item("one that no shell can read", "echo ran") with { Setup = ["if"] },
            Node.Item("the command itself", "exit 3") with { Setup = ["true"] },
        ];

        var (run, collected) = await node.RunAsync(Node.PayloadOf(), items);

        run.Results.Select(result => (result.Outcome, result.FailedStep)).ShouldBe(
        [
            (Outcome.Failed, "module load nowhere/3.1"),
            (Outcome.Failed, "module load broken/1.0"),
            (Outcome.Failed, "(exit 7)"),
            (Outcome.Failed, "exit 0"),
            (Outcome.Failed, "if"),
            (Outcome.Failed, null),
        ]);
        run.Results[2].Record!.ExitCode.ShouldBe(7);
        // ksh runs a function of Environment Modules that writes its errors to both.
        collected.ShouldAllBe(item => item.Stdout == null || !File.ReadAllLines(item.Stdout).Contains("ran"));
        ItemFailure.ToProblem(collected[2]).Message.ShouldContain("ended with exit code 7 before its command, in its setup: (exit 7)");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_early_version_of_modules_that_succeeds_with_an_error_is_seen_through(string kind)
    {
        using var node = new Node(kind);
        node.Directory.Write("home/init/sh", "module() { echo \"ModuleCmd_Load.c: ERROR: Unable to locate a modulefile for '$2'\" >&2; return 0; }\n");
        node.Host = node.Toolbox.Host(("MODULESHOME", node.Directory["home"]));

        var (run, items) = await node.RunAsync(Node.PayloadOf(), [Node.Item("item", "echo ran") with { Modules = ["gcc/12.2"] }]);

        (run.Results[0].Outcome, run.Results[0].FailedStep, items[0].Stdout).ShouldBe((Outcome.Failed, "module load gcc/12.2", null));
        File.ReadAllText(items[0].Stderr!).ShouldContain("module load gcc/12.2 reported no error, but the module isn't loaded");
    }

    [RootFact]
    public async Task A_host_without_modules_says_so()
    {
        var text = ItemCommand.Of(Node.Item("item", "echo ran") with { Modules = ["gcc/12.2"] });
        var start = new ProcessStartInfo("unshare", ["-m", "sh", "-c", "mount -t tmpfs none /etc/profile.d && exec sh -c \"$0\"", text])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["MODULESHOME"] = "/nowhere" },
        };

        using var shell = Process.Start(start)!;
        var said = await shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync();

        (shell.ExitCode, await shell.StandardOutput.ReadToEndAsync()).ShouldBe((127, ""));
        said.ShouldContain("this host has no 'module'");
    }

    [Fact]
    public async Task What_is_set_up_is_part_of_what_a_result_depends_on()
    {
        using var node = new Node();
        var item = Node.Item("item", "true") with { Setup = ["A=1"] };
        await node.RunAsync(Node.Workload(Node.PayloadOf(), item));

        (await node.RunAsync(Node.Workload(Node.PayloadOf(), item))).Results[0].Cached.ShouldBeTrue();
        (await node.RunAsync(Node.Workload(Node.PayloadOf(), item with { Setup = ["A=2"] }))).Results[0].Cached.ShouldBeFalse();
    }

    private static Node WithModules(string kind, params (string Name, string Text)[] modules)
    {
        var node = new Node(kind);
        foreach (var (name, text) in modules)
        {
            node.Directory.Write("modules/" + name, $"#%Module\n{text}\n");
        }

        node.Host = node.Toolbox.Host(("MODULEPATH", node.Directory["modules"]));
        return node;
    }
}
