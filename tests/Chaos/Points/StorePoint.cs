using System.Diagnostics.CodeAnalysis;
using Clustrix.Chaos.Rounds;

namespace Clustrix.Chaos.Points;

/// <summary>A point of a run that the store tells.</summary>
internal sealed record StorePoint : Point
{
    private readonly string _script;
    private readonly int _done;

    // The script says something when it is reached: in the store's root, with the round's directory as $1.
    private StorePoint(string name, string script, int done = 0)
    {
        Name = name;
        _script = script;
        _done = done;
    }

    /// <summary>Some item has begun.</summary>
    public static StorePoint Begun { get; } = new("an item has begun", "cat \"$1/begun\" 2>/dev/null");

    /// <summary>A scheduler knows the run.</summary>
    public static StorePoint Enlisted { get; } = new("a job is noted", "cat run/*/jobs/*.id 2>/dev/null");

    public override string Name { get; }

    public override int Free => _done;

    // Of those that wait for the end of the round there are always some.
    public override bool HasWorkers => this != Enlisted;

    /// <summary>So many items have their result, and the others wait.</summary>
    public static StorePoint Done(int items) =>
        new(items == 1 ? "an item is done" : $"{items} items are done", $"set -- run/*/done/*; [ $# -lt {items} ] || [ ! -e \"$1\" ] || echo yes", items);

    [SuppressMessage("Security", "CA5394", Justification = "It is to be drawn again.")]
    public override Point Vary(Random random) => _done == 0 ? this : Done(random.Next(1, Work.LeastItems));

    public override async Task<bool> IsReachedAsync(Scene scene) =>
        (await scene.Ground.AskAsync($"set -- '{scene.There}'; cd '{scene.Ground.StoreRoot}' 2>/dev/null || exit 0; {_script}")).Length > 0;
}
