using System.Diagnostics.CodeAnalysis;
using Clustrix.Chaos.Rounds;

namespace Clustrix.Chaos.Points;

/// <summary>A point of a run that the store tells.</summary>
/// <param name="Name">As it stands behind "when" in a sentence.</param>
/// <param name="Script">A script of <c>sh</c> that says something when it is reached: in the store's root, with the round's directory as <c>$1</c>.</param>
internal sealed record StorePoint(string Name, string Script) : Point(Name)
{
    private readonly int _done;

    private StorePoint(int done)
        : this($"{done} items are done", $"set -- run/*/done/*; [ $# -lt {done} ] || [ ! -e \"$1\" ] || echo yes") => _done = done;

    /// <summary>Some item has begun.</summary>
    public static StorePoint Begun { get; } = new("an item has begun", "cat \"$1/begun\" 2>/dev/null");

    /// <summary>A scheduler knows the run.</summary>
    public static StorePoint Enlisted { get; } = new("a job is noted", "cat run/*/jobs/*.id 2>/dev/null");

    public override int Free => _done;

    /// <summary>So many items have their result, and the others wait.</summary>
    public static StorePoint Done(int items) => new(items);

    [SuppressMessage("Security", "CA5394", Justification = "It is to be drawn again.")]
    public override Point Vary(Random random) => _done == 0 ? this : Done(random.Next(1, Work.LeastItems));

    public override async Task<bool> IsReachedAsync(Scene scene) =>
        (await scene.Ground.AskAsync($"set -- '{scene.There}'; cd '{scene.Ground.StoreRoot}' 2>/dev/null || exit 0; {Script}")).Length > 0;
}
