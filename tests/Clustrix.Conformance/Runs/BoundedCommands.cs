namespace Clustrix.Conformance;

/// <summary>A scheduler's command has a time limit, and one that is over is over.</summary>
public sealed class BoundedCommands
{
    public static TheoryData<string> Kinds => Toolbox.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_command_that_ends_at_once_is_never_taken_for_one_that_was_too_late(string kind)
    {
        using var node = new Node(kind);
        await using var session = await node.OpenAsync();

        foreach (var _ in Enumerable.Range(0, 40))
        {
            (await session.AskAsync("command 3600 exit\\00407", null, node.Token)).ShouldBe("7");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_command_that_takes_too_long_is_ended_with_all_that_it_has_started(string kind)
    {
        using var node = new Node(kind);
        await using var session = await node.OpenAsync();
        var mark = node.Directory["mark"];

        (await session.AskAsync($"command 1 MARK={mark}\\0040sh\\0040-c\\0040'sleep\\0040300\\0040&\\0040wait'", null, node.Token)).ShouldBe("124");

        await Condition.HoldsAsync(() => !Processes.With($"MARK={mark}").Any(), "nothing of it is left");
    }
}
