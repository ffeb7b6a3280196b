using System.Text.Json;

namespace Clustrix.Cli.Tests.Verbs;

public sealed class TellingMachines : IDisposable
{
    private static readonly string[] Names =
    [
        "run", "snapshot", "hash", "diff", "push", "status", "watch", "logs", "attach", "cancel", "collect", "clean", "preflight", "repro",
        "config", "init", "completion",
    ];

    private readonly ToolSandbox _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task Every_verb_writes_one_document_and_nothing_else()
    {
        _tool.WriteProject("Job.csproj", "<ClustrixItem Include='one' Command='echo 1' />");
        var run = (await _tool.RunAsync("run", "--", "echo", "1")).ShouldSucceed().Run;
        string[][] calls =
        [
            ["run", "--", "echo", "2"], ["run", "Job.csproj", "--dry-run"], ["run", "Job.csproj"], ["snapshot"], ["hash"], ["hash", "--explain"], ["diff", run, run],
            ["push", "--payload", "Job.csproj"], ["push", "--payload", "Job.csproj", "--dry-run"], ["push"], ["push", "--dry-run"],
            ["status"], ["status", run], ["watch", run], ["logs", run, "0"], ["logs", run, "0", "--follow"], ["attach", run], ["cancel", run],
            ["collect", run], ["repro", run, "0"], ["preflight"], ["config", "show"], ["config", "check"], ["init"], ["completion", "bash"],
            ["clean", "--dry-run"], ["clean"],
        ];
        calls.Select(call => call[0]).Distinct().Order(StringComparer.Ordinal).ShouldBe(Names.Order(StringComparer.Ordinal));
        foreach (var call in calls)
        {
            var dashes = Array.IndexOf(call, "--");
            string[] arguments = dashes < 0 ? [.. call, "--json"] : [.. call[..dashes], "--json", .. call[dashes..]];
            ObjectOf(arguments, (await _tool.RunAsync(arguments)).ShouldSucceed());
        }
    }

    [Fact]
    public async Task Every_verb_tells_its_problems_in_one_document_too()
    {
        foreach (var verb in Names)
        {
            string[] arguments = [verb, "--no-such-option", "--json"];
            var outcome = await _tool.RunAsync(arguments);
            outcome.ExitCode.ShouldBe(2, verb);
            ObjectOf(arguments, outcome).GetProperty("problems")[0].GetProperty("code").GetString().ShouldBe("CLX1020", verb);
        }
    }

    private static JsonElement ObjectOf(string[] arguments, ToolOutcome outcome)
    {
        try
        {
            var json = outcome.Json;
            json.ValueKind.ShouldBe(JsonValueKind.Object, string.Join(' ', arguments));
            return json;
        }
        catch (JsonException e)
        {
            throw new ShouldAssertException($"{string.Join(' ', arguments)} doesn't write a document:\n{outcome.Output}", e);
        }
    }
}
