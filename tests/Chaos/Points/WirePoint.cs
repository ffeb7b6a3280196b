using System.Diagnostics.CodeAnalysis;
using Clustrix.Chaos.Rounds;
using Clustrix.Chaos.Wire;

namespace Clustrix.Chaos.Points;

/// <summary>A point of the conversation between the client and its first host.</summary>
/// <param name="Request">The request's first word.</param>
/// <param name="Moment">Where in it.</param>
/// <param name="Occurrence">Which of the requests with that word, from 1.</param>
/// <param name="Bytes">How much of it has reached the host, for <see cref="Moment.Within"/>.</param>
internal sealed record WirePoint(string Request, Moment Moment, int Occurrence = 1, int Bytes = 0) : Point
{
    private const int LatestWatch = 6;

    // All others come before any item begins.
    private static readonly string[] WhileItemsRun = ["start", "enlist", "watch", "fetch"];

    public override string Name => $"{Request}{(Occurrence > 1 ? $" {Occurrence}" : "")} {Text(Moment, Bytes)}";

    [SuppressMessage("Security", "CA5394", Justification = "It is to be drawn again.")]
    public override Point Vary(Random random) =>
        this with { Occurrence = Request == "watch" ? random.Next(1, LatestWatch) : Occurrence, Bytes = Bytes == 0 ? 0 : random.Next(1, Bytes * 2) };

    public override void Set(Wiretap tap) => tap.Set(Request, Occurrence, Moment, Bytes);

    public override async Task<bool> IsMissedAsync(Scene scene) => !WhileItemsRun.Contains(Request) && await StorePoint.Begun.IsReachedAsync(scene);

    public override Task<bool> IsReachedAsync(Scene scene) => Task.FromResult(scene.Client.Tap.IsReached);

    private static string Text(Moment moment, int bytes) => moment switch
    {
        Moment.Before => "is about to be sent",
        Moment.Within => $"is cut behind byte {bytes}",
        Moment.Sent => "has just been sent",
        _ => "is answered",
    };
}
