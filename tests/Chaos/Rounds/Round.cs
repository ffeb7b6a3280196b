using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Clustrix.Chaos.Grounds;
using Clustrix.Chaos.Points;
using Clustrix.Testing;

namespace Clustrix.Chaos.Rounds;

/// <summary>A workload on a cluster on which something goes wrong, and what has to hold after it.</summary>
/// <param name="Seed">What all rounds of a suite are drawn from.</param>
/// <param name="Number">Which of them it is.</param>
/// <param name="Scenario">What goes wrong.</param>
/// <param name="Work">The workload.</param>
/// <param name="Sequel">What comes after a client's death.</param>
internal sealed record Round(int Seed, int Number, Scenario Scenario, Work Work, Sequel Sequel)
{
    private const int MostItems = 8;
    private const int MostWorkers = 3;

    /// <summary>The name of its directories.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"chaos-{Seed}-{Number}");

    /// <summary>The command that plays it once more.</summary>
    public string Repetition => string.Create(CultureInfo.InvariantCulture, $"eng/chaos.sh --seed {Seed} --round {Number}");

    /// <summary>A round by its number: first one of each scenario with which every seed begins, then any. The same for the same numbers, always.</summary>
    [SuppressMessage("Security", "CA5394", Justification = "It is to be drawn again.")]
    public static Round Draw(int seed, int number)
    {
        var random = new Random(Mixed(seed, number));
        var work = new Work(random.Next(), random.Next(Work.LeastItems, MostItems + 1), random.Next(2, MostWorkers + 1));
        var sequel = (Sequel)random.Next(Enum.GetValues<Sequel>().Length);
        return new Round(seed, number, number < Scenario.First.Count ? Scenario.First[number] : Scenario.Draw(random), work, sequel);
    }

    // Numbers that are near each other make random generators that are, too.
    private static int Mixed(int seed, int number)
    {
        unchecked
        {
            var mixed = (((ulong)(uint)seed << 32) | (uint)number) + 0x9E3779B97F4A7C15;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return (int)(mixed ^ (mixed >> 31));
        }
    }

    public override string ToString() =>
        $"{Scenario}; {Work.Items} items on {Work.Workers} workers{(Scenario.Fault.IsEndOfClient ? $"; then {Sequel}" : "")}";

    /// <summary>Plays it. Nothing of it is left on the ground.</summary>
    /// <returns>Whether the client got to the point before its end.</returns>
    /// <exception cref="RoundFailedException">Something doesn't hold; how to play it again, and what there was to see.</exception>
    public async Task<bool> PlayAsync(Ground ground)
    {
        var scene = new Scene(this, ground);
        try
        {
            var isReached = await PlayAsync(scene);
            await ground.Invariants.HoldAsync();
            await scene.QuietAsync();
            await ground.Invariants.EveryRunIsOverAsync();
            await Condition.HoldsAsync(async () => (await ground.QueueAsync()).Length == 0, "the queue is empty and all nodes are idle");
            (await ground.DoubleJobsAsync()).ShouldBeEmpty("jobs that were submitted twice");
            await ground.Invariants.NothingIsLeftAsync(ground.ProcessesAsync, ground.CleanAsync);
            return isReached;
        }
        catch (Exception e)
        {
            var look = e is RoundFailedException ? "" : await scene.LookAsync();
            throw new RoundFailedException($"{this}\nonce more: {Repetition}\n{e.Message}\n{look}", e);
        }
    }

    private async Task<bool> PlayAsync(Scene scene)
    {
        try
        {
            await scene.PrepareAsync();
            await Scenario.Fault.PrepareAsync(scene);
            scene.Start();
            var isReached = await ReachAsync(scene);
            if (isReached)
            {
                await Scenario.Fault.InjectAsync(scene);
            }

            scene.Client.Tap.Order(goOn: !Scenario.Fault.IsEndOfClient && !Scenario.Fault.IsEndOfConnection);
            await (isReached && Scenario.Fault.IsEndOfClient ? FollowAsync(scene) : LiveAsync(scene));
            return isReached;
        }
        catch (Exception e) when (e is not RoundFailedException)
        {
            throw new RoundFailedException($"{e.Message}\n{await scene.LookAsync()}", e);
        }
        finally
        {
            await scene.LetGoAsync();
            await Scenario.Fault.LiftAsync(scene);
            await scene.EndAsync();
        }
    }

    // Items that wait are let go when nothing else can happen any more; a client at its end has none that wait.
    private async Task<bool> ReachAsync(Scene scene)
    {
        var isReached = false;
        var isLate = Scenario.Point is WirePoint { Request: "fetch" };
        if (isLate)
        {
            await scene.LetGoAsync();
        }

        await Condition.HoldsAsync(
            async () =>
            {
                var isPast = scene.Client.HasEnded || await Scenario.Point.IsMissedAsync(scene);
                isReached = await Scenario.Point.IsReachedAsync(scene);
                return isReached || isPast;
            },
            $"{Scenario.Point}");
        return isReached;
    }

    // The client lives, and may even succeed.
    private async Task LiveAsync(Scene scene)
    {
        await scene.LetGoAsync();
        await Scenario.Fault.LiftAtOnceAsync(scene);
        var end = await scene.Client.EndAsync();
        end.ExitCode.ShouldBeOneOf([.. Scenario.Fault.Bears], $"{end}");
        if (end.ExitCode == 0)
        {
            Work.ShouldBeDone(end.Output);
            return;
        }

        await Scenario.Fault.LiftAsync(scene);
        await RerunAsync(scene);
    }

    private async Task FollowAsync(Scene scene)
    {
        var runs = Sequel == Sequel.Rerun ? [] : await scene.RunsAsync();
        foreach (var run in runs)
        {
            await (Sequel == Sequel.Attach ? AttachAsync(scene, run) : CancelAsync(scene, run));
        }

        await scene.LetGoAsync();
        await RerunAsync(scene);
    }

    private static async Task AttachAsync(Scene scene, string run)
    {
        await scene.LetGoAsync();
        var end = await scene.CallAsync("attach", ["--json", run, .. scene.Ground.ClientArguments]);
        end.ExitCode.ShouldBe(0, $"attach: {end}");
    }

    private static async Task CancelAsync(Scene scene, string run)
    {
        var end = await scene.CallAsync("cancel", ["--json", run, .. scene.Ground.ClientArguments]);
        end.ExitCode.ShouldBe(0, $"cancel: {end}");
        var begun = await scene.BegunAsync();
        await scene.LetGoAsync();
        await scene.QuietAsync();
        (await scene.BegunAsync()).ShouldBe(begun, "an item has begun after the cancellation");
    }

    private async Task RerunAsync(Scene scene)
    {
        var end = await scene.RerunAsync();
        end.ExitCode.ShouldBe(0, $"again: {end}");
        Work.ShouldBeDone(end.Output);
    }
}
