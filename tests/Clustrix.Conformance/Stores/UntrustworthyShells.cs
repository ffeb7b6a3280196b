using Clustrix.Diagnostics;
using Clustrix.Hosts;
using Clustrix.Node;
using Clustrix.Runs;
using Clustrix.Stores;

namespace Clustrix.Conformance;

public sealed class UntrustworthyShells
{
    private const string Greeting = "echo 'clustrix 1 ready 1.1 - /tmp'; echo 'ok 2 1000 Linux-x86_64 rubbish'; read -r _; ";

    public static TheoryData<string> Kinds => Toolbox.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_a_login_profile_prints_doesn_t_disturb(string kind)
    {
        using var node = new Node(kind);
        var host = new ShellHost(node.Host, script => "echo Welcome; echo; echo ok; echo 'error: no mail' >&2; printf 'last login today> '; " + script);

        (await node.PushAsync(Node.PayloadOf(node.TextFile("file", "content")), host: host)).FilesSent.ShouldBe(1);
        (await node.PushAsync(Node.PayloadOf(node.TextFile("file", "content")), host: host)).WasThere.ShouldBeTrue();
    }

    [Theory]
    [InlineData("exit 0", ErrorCode.ConnectionLost)]
    [InlineData("echo 'no entry' >&2; exit 1", ErrorCode.ConnectionLost)]
    [InlineData("kill -KILL $$", ErrorCode.ConnectionLost)]
    [InlineData("while echo rubbish; do :; done", ErrorCode.ProtocolError)]
    [InlineData("head -c 40000000 /dev/zero", ErrorCode.ConnectionLost)]
    [InlineData("echo clustrix 1 hello; cat", ErrorCode.ProtocolError)]
    [InlineData("echo clustrix 1 ready; cat", ErrorCode.ProtocolError)]
    [InlineData("echo clustrix 1 program; exit", ErrorCode.ConnectionLost)]
    public async Task A_shell_that_never_starts_the_program(string script, ErrorCode code)
    {
        using var node = new Node();

        (await ProblemAsync(node, new ShellHost(node.Host, _ => script))).Code.ShouldBe(code);
    }

    [Theory]
    [InlineData("exit", ErrorCode.ConnectionLost)]
    [InlineData("read -r _; exit", ErrorCode.ConnectionLost)]
    [InlineData("read -r _; echo rubbish; cat >/dev/null", ErrorCode.ProtocolError)]
    [InlineData("read -r _; echo; cat >/dev/null", ErrorCode.ProtocolError)]
    [InlineData("read -r _; echo ok; cat >/dev/null", ErrorCode.ProtocolError)]
    [InlineData("read -r _; echo ok need; cat >/dev/null", ErrorCode.ProtocolError)]
    [InlineData("read -r _; echo ok need much; cat >/dev/null", ErrorCode.ProtocolError)]
    [InlineData("read -r _; echo error; cat >/dev/null", ErrorCode.ProtocolError)]
    [InlineData("read -r _; echo error never-heard-of; cat >/dev/null", ErrorCode.ProtocolError)]
    [InlineData("read -r _; echo ok need 0; read -r _; echo ../../etc/passwd; echo .; cat >/dev/null", ErrorCode.ProtocolError)]
    [InlineData("read -r _; echo ok need 0; read -r _; echo half a li; exit", ErrorCode.ProtocolError)]
    [InlineData("read -r _; echo ok need 0; read -r _; printf 'half a li'; exit", ErrorCode.ConnectionLost)]
    public async Task A_program_that_answers_a_push_with_anything_else(string answers, ErrorCode code)
    {
        using var node = new Node();

        (await ProblemAsync(node, new ShellHost(node.Host, _ => Greeting + answers))).Code.ShouldBe(code);
    }

    [Fact]
    public async Task A_shell_that_can_t_be_started()
    {
        using var node = new Node();
        node.Directory.Write("bin/setsid", "nobody may execute this");

        (await ProblemAsync(node, new LocalHost(new Dictionary<string, string> { ["PATH"] = node.Directory["bin"] }))).Code.ShouldBe(ErrorCode.HostUnreachable);
    }

    [Theory]
    [InlineData("cat >/dev/null", 0.3, "its shell hasn't answered for 0.3s. Something in the login profile of the user there may wait")]
    [InlineData(Greeting + "cat >/dev/null", 5, "hasn't answered for 5s. Look at its load")]
    public async Task A_shell_that_says_nothing_is_given_up(string script, double seconds, string words)
    {
        using var node = new Node();
        var limit = TimeSpan.FromSeconds(seconds);

        var thrown = await Should.ThrowAsync<ClustrixException>(async () =>
        {
            await using var session = await NodeSession.OpenAsync(new ShellHost(node.Host, _ => script), node.StoreRoot, limit, isVisit: false, node.Token);
            await session.AskAsync("status", null, node.Token);
        });

        thrown.Code.ShouldBe(ErrorCode.HostTimeout);
        thrown.Message.ShouldContain(words);
    }

    [Fact]
    public async Task What_the_shell_said_last_is_in_the_message()
    {
        using var node = new Node();

        (await ProblemAsync(node, new ShellHost(node.Host, _ => "echo 'Account expired' >&2; exit 1"))).Message.ShouldContain("Account expired");
    }

    [Fact]
    public async Task What_the_shell_said_last_ends_with_one_full_stop()
    {
        using var node = new Node();
        var host = new ShellHost(node.Host, _ => Greeting + "echo 'Connection closed by remote host.' >&2; exit 1");

        (await ProblemAsync(node, host)).Message.ShouldEndWith(
            " in the middle of a request: Connection closed by remote host. What has arrived is kept, and a run goes on without its client; the same command finds both again.");
    }

    [Fact]
    public async Task A_connection_that_breaks_with_every_push_is_given_up()
    {
        using var node = new Node();
        await using var cluster = await node.ConnectAsync(
            new ClusterOptions { HostLossTimeout = TimeSpan.FromSeconds(1) }, new ShellHost(node.Host, _ => Greeting + "read -r _; exit"));

        var pushing = Should.ThrowAsync<ClustrixException>(() => cluster.PushAsync(Node.PayloadOf(node.TextFile("file", "content")), Verification.Changed, node.Token));

        (await pushing).Code.ShouldBe(ErrorCode.ConnectionLost);
        node.Log.Warnings.ShouldNotBeEmpty();
        node.Log.Warnings.ShouldAllBe(warning => warning.Message.EndsWith(" Connecting again.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("run")]
    [InlineData("run a b")]
    [InlineData("run a 1 x running")]
    [InlineData("blob")]
    public async Task A_list_of_rubbish(string line)
    {
        using var node = new Node();
        var host = new ShellHost(node.Host, _ => Greeting + $"read -r _; echo '{line}'; echo .; cat >/dev/null");

        await using (var cluster = await node.ConnectAsync(host))
        {
            (await Should.ThrowAsync<ClustrixException>(() => cluster.StatusAsync(node.Token))).Code.ShouldBe(ErrorCode.ProtocolError);
        }

        await using (var cluster = await node.ConnectAsync(host))
        {
            (await Should.ThrowAsync<ClustrixException>(() => cluster.CleanAsync(new Retention(0, long.MaxValue), dryRun: true, node.Token))).Code.ShouldBe(ErrorCode.ProtocolError);
        }
    }

    [Fact]
    public async Task A_run_id_that_is_more_than_a_word_isn_t_sent()
    {
        using var node = new Node();
        await using var cluster = await node.ConnectAsync();

        foreach (var id in new[] { "", "a b", "*", "x\nclean 0 now", "../x", "$(id)" })
        {
            (await Should.ThrowAsync<ClustrixException>(() => cluster.CancelAsync(id, node.Token))).Code.ShouldBe(ErrorCode.UnknownRun);
        }

        (await Should.ThrowAsync<ClustrixException>(() => cluster.CancelAsync("20200101-000000-abcdef", node.Token))).Code.ShouldBe(ErrorCode.UnknownRun);
        (await cluster.StatusAsync(node.Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_left_of_an_answer_isn_t_taken_for_the_next_one()
    {
        using var node = new Node();
        var host = new ShellHost(node.Host, _ => Greeting + "echo rubbish; echo ok 79473 running; read -r _; echo .; cat >/dev/null");
        await using var session = await node.OpenAsync(host);
        await Should.ThrowAsync<ClustrixException>(() => session.AskAsync("first", null, node.Token));

        var failure = await Should.ThrowAsync<ClustrixException>(() => session.AskListAsync("second", null, line => line, node.Token));

        (failure.Code, session.IsUsable).ShouldBe((ErrorCode.ConnectionLost, false));
    }

    private static async Task<Problem> ProblemAsync(Node node, IHost host)
    {
        var payload = Node.PayloadOf(node.TextFile("file", "content"));
        return (await Should.ThrowAsync<ClustrixException>(() => node.PushAsync(payload, Verification.Changed, host))).Problems.ShouldHaveSingleItem();
    }
}
