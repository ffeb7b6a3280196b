using Clustrix.Chaos.Grounds;
using Clustrix.Chaos.Wire;

namespace Clustrix.Chaos.Points;

/// <summary>The points that there are.</summary>
internal static class AllPoints
{
    // By far more than a request's first words, and less than all of it.
    private const int PartOfPayload = 100_000;
    private const int PartOfRun = 1_000;

    // On this machine a payload's stream goes to a shell of its own.
    private static readonly Point[] Local =
    [
        new WirePoint("facts", Moment.Before),
        new WirePoint("push", Moment.Answered),
        new WirePoint("unpack", Moment.Within, Bytes: PartOfPayload),
        new WirePoint("workspace", Moment.Sent),
        new WirePoint("submit", Moment.Within, Bytes: PartOfRun),
        new WirePoint("submit", Moment.Answered),
        new WirePoint("start", Moment.Sent),
        StorePoint.Done(3),
        new WirePoint("fetch", Moment.Before),
    ];

    private static readonly Point[] Ssh =
    [
        new WirePoint("facts", Moment.Answered),
        new WirePoint("missing", Moment.Sent),
        new WirePoint("workspace", Moment.Within, Bytes: PartOfPayload),
        new WirePoint("workspace", Moment.Answered),
        new WirePoint("lookup", Moment.Before),
        new WirePoint("intent", Moment.Answered),
        new WirePoint("submit", Moment.Before),
        new WirePoint("submit", Moment.Within, Bytes: PartOfRun),
        new WirePoint("submit", Moment.Sent),
        new WirePoint("submit", Moment.Answered),
        new WirePoint("start", Moment.Before),
        new WirePoint("start", Moment.Answered),
        StorePoint.Begun,
        StorePoint.Done(2),
        new WirePoint("watch", Moment.Sent, Occurrence: 2),
        new WirePoint("fetch", Moment.Sent),
        new WirePoint("fetch", Moment.Answered),
    ];

    private static readonly Point[] Scheduled =
    [
        new WirePoint("submit", Moment.Answered),
        new WirePoint("enlist", Moment.Before),
        new WirePoint("enlist", Moment.Sent),
        new WirePoint("enlist", Moment.Answered),
        StorePoint.Enlisted,
        StorePoint.Done(2),
    ];

    // What only some of the clusters' conversations have.
    private static readonly string[] StartsPools = ["start"];

    /// <summary>A client's way from its first word to its last, as far as it differs from the way to other kinds of cluster.</summary>
    public static IReadOnlyList<Point> OfClientsIn(ClusterKind kind) => kind switch
    {
        ClusterKind.Local => Local,
        ClusterKind.Ssh => Ssh,
        _ => Scheduled,
    };

    /// <summary>All points of runs on a kind of cluster.</summary>
    public static IReadOnlyList<Point> Of(ClusterKind kind) => kind switch
    {
        ClusterKind.Local => [.. Local, StorePoint.Begun, new WirePoint("missing", Moment.Answered)],
        ClusterKind.Ssh => [.. Ssh, Difference],
        _ => [.. Scheduled, .. Ssh.Where(point => point is not WirePoint wire || !StartsPools.Contains(wire.Request)), Difference],
    };

    // Of a client that builds on what it knows to be there.
    private static Point Difference { get; } = new WirePoint("difference", Moment.Before);
}
