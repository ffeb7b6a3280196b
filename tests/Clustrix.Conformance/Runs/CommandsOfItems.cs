using Clustrix.Diagnostics;
using Clustrix.Results;

namespace Clustrix.Conformance;

public sealed class CommandsOfItems
{
    public static TheoryData<string> Kinds => Toolbox.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_command_means_what_it_means_at_a_prompt(string kind)
    {
        using var node = new Node(kind);
        (string Command, string Printed)[] commands =
        [
            ("printf '%s' \"it's\" 'a \"b\"'", "it'sa \"b\""),
            ("echo one\necho two", "one\ntwo\n"),
            ("echo in >file; cat <file; echo out >>file; cat file", "in\nin\nout\n"),
            ("printf 'b\\na\\n' | sort", "a\nb\n"),
            ("cat <<END\nhere\nEND", "here\n"),
            ("cat; echo end", "end\n"),
            ("a=1; echo $a ${a} \"$a\" '$a' $((a + 1))", "1 1 1 $a 2\n"),
            ("(exit 3) || echo $?", "3\n"),
            ("# only a comment", ""),
            ("printf '%s' 'back\\slash' \"`echo tick`\"", "back\\slashtick"),
            ("printf 'no end of line'", "no end of line"),
            ("printf 'x\\000y'", "x\0y"),
            ("exec echo replaced", "replaced\n"),
            ("set -e; true; echo héllo", "héllo\n"),
            ("echo $#:$*:", "0::\n"),
        ];

        var (_, items) = await node.RunAsync(Node.PayloadOf(), [.. commands.Select((command, number) => Node.Item($"{number}", command.Command))]);

        items.Select(item => item.Stdout is null ? "" : File.ReadAllText(item.Stdout)).ShouldBe(commands.Select(command => command.Printed));
        items.ShouldAllBe(item => item.Result.Outcome == Outcome.Passed);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Variables_arrive_as_they_are_and_may_be_called_as_ours(string kind)
    {
        using var node = new Node(kind);
        string[] values = ["", " ", "plain", "two words", "it's", "\"", "\\", "\\n", "new\nline", "\n", "trailing\n\n", "$HOME", "`id`", "$(id)", "*", "~", "#", "!", "tab\there", "héllo 😀", "-n", "a=b"];
        string[] names = ["item_command", "number", "setsid", "sh", "directory", "PATH", "id", "root", "sid"];
        var variables = values.Select((value, number) => ($"ODD_{number}", value)).Concat(names.Select(name => (name, $"/own {name}"))).ToArray();
        variables = [.. variables, ("LC_ALL", "C.UTF-8")];
        var prints = variables.Select(variable => $"printf '%s|' \"${variable.Item1}\"");
        var item = Node.Item("variables", string.Join('\n', prints)) with { Environment = variables.ToDictionary(pair => pair.Item1, pair => pair.Item2) };

        var (_, items) = await node.RunAsync(Node.PayloadOf(), [item]);

        File.ReadAllText(items[0].Stdout!).ShouldBe(string.Concat(variables.Select(variable => variable.Item2 + "|")));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Of_the_client_s_environment_only_a_login_s_variables_reach_an_item(string kind)
    {
        using var node = new Node(kind);
        node.Host = node.Toolbox.Host(("TZ", "UTC"), ("LANG", "C.UTF-8"), ("CI", "true"), ("SECRET", "hidden"), ("CLUSTRIX_RUN", "x"));

        var (run, items) = await node.RunAsync(Node.PayloadOf(), [Node.Item("env", "env") with { Environment = new Dictionary<string, string> { ["OWN"] = "own" } }]);

        var variables = File.ReadAllLines(items[0].Stdout!).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        // Shells set these by themselves.
        variables.Keys.Except(["PWD", "OLDPWD", "SHLVL", "_"]).Order(StringComparer.Ordinal).ShouldBe(
            ["CLUSTRIX_ATTEMPT", "CLUSTRIX_MARK", "CLUSTRIX_POOL", "CLUSTRIX_RUN", "CLUSTRIX_WORKER", "CLUSTRIX_WORKSPACE", "HOME", "LANG", "OWN", "PATH", "TZ"]);
        (variables["OWN"], variables["TZ"], variables["CLUSTRIX_RUN"], variables["CLUSTRIX_ATTEMPT"]).ShouldBe(("own", "UTC", run.Run, "1"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_working_directory_of_the_payload_can_be_written_to(string kind)
    {
        using var node = new Node(kind);
        var payload = Node.PayloadOf(
            node.TextFile("a b/deep/data", "data"), node.TextFile("a b/.hidden", "hidden"), node.TextFile("a b/deep/sub/more", "more"), node.TextFile("beside", "beside"));
        var item = Node.Item("item", "cat data sub/more ../.hidden ../../beside && echo out >out") with { WorkingDirectory = "a b/deep", Outputs = ["a b/deep/*"] };

        var (_, items) = await node.RunAsync(payload, [item]);

        File.ReadAllText(items[0].Stdout!).ShouldBe("datamorehiddenbeside");
        items[0].Outputs.Select(output => output.Name).ShouldBe(["a b/deep/out"]);
        (await node.PushAsync(payload)).WasThere.ShouldBeTrue();
    }

    [Theory]
    [InlineData("A;touch \"$HOME/ran\";B")]
    [InlineData("CLUSTRIX_MARK")]
    public async Task A_variable_with_a_name_that_is_not_for_items_reaches_no_node(string name)
    {
        using var node = new Node();
        var item = Node.Item("item", "true") with { Environment = new Dictionary<string, string> { [name] = "x" } };

        (await Should.ThrowAsync<ClustrixException>(() => node.RunAsync(Node.PayloadOf(), [item]))).Code.ShouldBe(ErrorCode.BadValue);

        await using var cluster = await node.ConnectAsync();
        (await cluster.StatusAsync(node.Token)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("file/below")]
    [InlineData("new")]
    [InlineData("directory/new/and deep/it's")]
    public async Task A_working_directory_that_the_payload_lacks_fails_the_item(string directory)
    {
        using var node = new Node();
        var payload = Node.PayloadOf(node.TextFile("file", "content"), node.TextFile("directory/file", "content"));

        var (run, _) = await node.RunAsync(payload, [Node.Item("item", "true") with { WorkingDirectory = directory }]);

        run.Results[0].Outcome.ShouldBe(Outcome.Failed);
        run.Results[0].Record!.ExitCode.ShouldBe(126);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Odd_names_at_the_payload_s_top_are_there(string kind)
    {
        using var node = new Node(kind);
        string[] names = ["-rf", "it's", "two words", "new\nline", ".hidden", "..odd", "$(id)", "back\\slash", "*", "é"];

        var (_, items) = await node.RunAsync(
            Node.PayloadOf([.. names.Select(name => node.TextFile(name, name))]), [Node.Item("item", "for f in .[!.]* ..?* *; do cat \"./$f\"; echo; done")]);

        File.ReadAllText(items[0].Stdout!).ShouldBe(string.Concat(new[] { ".hidden", "..odd" }.Concat(names.Except([".hidden", "..odd"]).Order(StringComparer.Ordinal)).Select(name => name + "\n")));
    }
}
