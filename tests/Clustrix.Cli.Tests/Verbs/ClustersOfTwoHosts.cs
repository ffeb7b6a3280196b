namespace Clustrix.Cli.Tests.Verbs;

/// <summary>A cluster of two hosts, of which the second one goes away.</summary>
public sealed class ClustersOfTwoHosts : IDisposable
{
    private readonly ToolSandbox _tool = new();

    public ClustersOfTwoHosts()
    {
        // A stand-in for ssh leads to this machine. Each host has a home of its own, and is down while a file says so.
        _tool.WriteScript("bin/ssh", """
            #!/bin/sh
            until [ "$1" = -- ]; do shift; done
            if [ -e "$HERE/$2.down" ]; then echo "ssh: connect to host $2 port 22: Connection refused" >&2; exit 255; fi
            mkdir -p "$HERE/$2"
            HOME=$HERE/$2 exec sh -c "$3"
            """);
        _tool.Environment["HERE"] = _tool.Here;
        _tool.Environment["PATH"] = $"{_tool["bin"]}:{Environment.GetEnvironmentVariable("PATH")}";
        _tool.Environment["CLUSTRIX_STORE_ROOT"] = "";
        _tool.Write("clustrix.json", """{ "cluster": "two", "clusters": { "two": { "hosts": ["one", "other"], "minHosts": 2 } } }""");
    }

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task Who_only_looks_or_ends_something_needs_no_more_than_one_host()
    {
        var run = (await _tool.RunAsync("run", "--", "echo", "done")).ShouldSucceed().Run;
        _tool.Write("other.down", "");

        (await _tool.RunAsync("status")).ShouldSucceed().Output.ShouldContain(run);
        (await _tool.RunAsync("status", run)).ShouldSucceed();
        (await _tool.RunAsync("logs", run, "echo")).ShouldSucceed().Output.ShouldBe("done\n");
        (await _tool.RunAsync("watch", run)).ShouldSucceed();
        (await _tool.RunAsync("collect", run)).ShouldSucceed();
        (await _tool.RunAsync("clean", "--dry-run")).ShouldSucceed();
        (await _tool.RunAsync("clean")).ShouldSucceed();
        (await _tool.RunAsync("attach", run)).ShouldFail(3, "CLX3014", "1 of 2 hosts can be used, and MinHosts is 2: other (CLX3001)");
        (await _tool.RunAsync("run", "--", "true")).ShouldFail(3, "CLX3014");

        _tool.Write("one.down", "");
        (await _tool.RunAsync("status")).ShouldFail(3, "CLX3014", "No host of the cluster can be used: one (CLX3001), other (CLX3001).").Error.ShouldNotContain("MinHosts");
    }

    [Fact]
    public async Task Cancel_tells_where_items_may_still_run()
    {
        var (tool, run) = await _tool.StartWaitingRunAsync();
        tool.Kill();
        await ToolSandbox.EndAsync(tool);
        _tool.Write("other.down", "");

        var told = (await _tool.RunAsync("cancel", run, "--json")).ShouldFail(
            3, "CLX3001", $"On one, run {run} is cancelled; none of its processes is left. On other, which can't be used now, items of it may still run: 'clustrix cancel {run}' ends them when other is back, and so does the next run or clean-up.", "Connection refused");

        told.Json.GetProperty("problems")[0].GetProperty("code").GetString().ShouldBe("CLX3001");
        File.Delete(_tool["other.down"]);
        (await _tool.RunAsync("cancel", run)).ShouldSucceed();
    }
}
