using System.Text.Json;
using Clustrix.Chaos.Grounds;
using Clustrix.Testing;

namespace Clustrix.Chaos.Rounds;

/// <summary>One round while it is played.</summary>
/// <param name="round">What is played.</param>
/// <param name="ground">Where.</param>
internal sealed class Scene(Round round, Ground ground)
{
    private int _calls;

    public Ground Ground => ground;

    /// <summary>A directory of this round's, where the items run.</summary>
    public string There => $"{ground.Home}/{round.Name}";

    /// <summary>The client that something happens to.</summary>
    public Client Client { get; private set; } = null!;

    private string Payload => ground.At($"{round.Name}/payload");

    /// <summary>Makes what the client and its items find.</summary>
    public async Task PrepareAsync()
    {
        round.Work.Write(Payload);
        await ground.AskAsync($"mkdir -p '{There}' && chmod 777 '{There}'");
    }

    /// <summary>Sends a payload of the first files before the round begins.</summary>
    /// <param name="files">How many.</param>
    /// <param name="isRemembered">Whether the client then knows of it.</param>
    public async Task PushBeforeAsync(int files, bool isRemembered)
    {
        var before = ground.At($"{round.Name}/before/payload");
        round.Work.Write(before, files);
        (await CallAsync("push", ["--payload", before, .. ground.ClientArguments, .. isRemembered ? (string[])[] : ["--cache-directory", "elsewhere"]])).ExitCode.ShouldBe(0);
    }

    public void Start() => Client = Client.Start(ground, NextName(), round.Scenario.Point, RunArguments());

    /// <summary>The same again, to its end.</summary>
    public Task<ClientEnd> RerunAsync() => Client.RunAsync(ground, NextName(), RunArguments());

    /// <summary>Another verb of the tool.</summary>
    public Task<ClientEnd> CallAsync(string verb, params IEnumerable<string> arguments) => Client.RunAsync(ground, NextName(), [verb, .. arguments]);

    /// <summary>Lets all items end.</summary>
    public Task LetGoAsync() => ground.AskAsync($"[ ! -d '{There}' ] || : >'{There}/go'");

    /// <summary>What items have begun so far, attempt by attempt.</summary>
    public Task<string> BegunAsync() => ground.AskAsync($"cat '{There}/begun' 2>/dev/null");

    /// <summary>The runs that the cluster knows.</summary>
    public async Task<IReadOnlyList<string>> RunsAsync()
    {
        var status = await CallAsync("status", ["--json", .. ground.ClientArguments]);
        status.ExitCode.ShouldBe(0, status.ToString());
        return [.. JsonDocument.Parse(status.Output).RootElement.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("run").GetString()!)];
    }

    /// <summary>Waits until nobody of the user's is left.</summary>
    public Task QuietAsync() => Condition.HoldsAsync(async () => (await ground.ProcessesAsync()).Count == 0, "no process is left");

    /// <summary>What somebody who looks for the cause of a failure wants to see.</summary>
    public async Task<string> LookAsync() => $"{await ground.LookAsync()}\nthe client:\n{Client?.Said()}";

    public async Task EndAsync()
    {
        if (Client is not null)
        {
            await Client.DisposeAsync();
        }

        await ground.AskAsync($"rm -rf '{There}'");
    }

    private IEnumerable<string> RunArguments() =>
        ["run", "--json", .. ground.ClientArguments, .. round.Work.Arguments(Payload, There, round.Scenario.Point.Free)];

    private string NextName() => $"{round.Name}/call-{++_calls}";
}
