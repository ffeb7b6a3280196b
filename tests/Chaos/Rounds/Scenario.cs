using Clustrix.Chaos.Faults;
using Clustrix.Chaos.Grounds;
using Clustrix.Chaos.Points;
using Clustrix.Chaos.Wire;

namespace Clustrix.Chaos.Rounds;

/// <summary>What goes wrong, where, and when.</summary>
internal sealed record Scenario(ClusterKind Kind, Fault Fault, Point Point)
{
    /// <summary>Every one that there is, in the order in which a seed begins with them.</summary>
    public static IReadOnlyList<Scenario> All { get; } = [.. Killed(ClusterKind.Local), .. Killed(ClusterKind.Ssh), .. Killed(ClusterKind.Slurm), .. Others()];

    public override string ToString() => $"{Kind}, {Fault.Name} when {Point}";

    private static IEnumerable<Scenario> Killed(ClusterKind kind) => Points(kind).Select(point => new Scenario(kind, Fault.ClientKilled, point));

    // The client's way from its first word to its last.
    private static IEnumerable<Point> Points(ClusterKind kind) => kind switch
    {
        ClusterKind.Local =>
        [
            new WirePoint("facts", Moment.Before),
            new WirePoint("push", Moment.Answered),
            new WirePoint("unpack", Moment.Within, Bytes: 100_000),
            new WirePoint("workspace", Moment.Sent),
            new WirePoint("submit", Moment.Within, Bytes: 1_000),
            new WirePoint("submit", Moment.Answered),
            new WirePoint("start", Moment.Sent),
            StorePoint.Done(3),
            new WirePoint("fetch", Moment.Before),
        ],
        ClusterKind.Ssh =>
        [
            new WirePoint("facts", Moment.Answered),
            new WirePoint("missing", Moment.Sent),
            new WirePoint("workspace", Moment.Within, Bytes: 100_000),
            new WirePoint("workspace", Moment.Answered),
            new WirePoint("lookup", Moment.Before),
            new WirePoint("intent", Moment.Answered),
            new WirePoint("submit", Moment.Before),
            new WirePoint("submit", Moment.Within, Bytes: 1_000),
            new WirePoint("submit", Moment.Sent),
            new WirePoint("submit", Moment.Answered),
            new WirePoint("start", Moment.Before),
            new WirePoint("start", Moment.Answered),
            StorePoint.Begun,
            StorePoint.Done(2),
            new WirePoint("watch", Moment.Sent, Occurrence: 2),
            new WirePoint("fetch", Moment.Sent),
            new WirePoint("fetch", Moment.Answered),
        ],
        _ =>
        [
            new WirePoint("submit", Moment.Answered),
            new WirePoint("enlist", Moment.Before),
            new WirePoint("enlist", Moment.Sent),
            new WirePoint("enlist", Moment.Answered),
            StorePoint.Enlisted,
            StorePoint.Done(2),
        ],
    };

    private static IEnumerable<Scenario> Others() =>
    [
        new(ClusterKind.Local, Fault.WorkerKilled, StorePoint.Done(2)),
        new(ClusterKind.Local, Fault.PoolKilled, StorePoint.Begun),
        new(ClusterKind.Local, Fault.BlobsRemoved, new WirePoint("missing", Moment.Answered)),
        new(ClusterKind.Ssh, Fault.WorkerKilled, StorePoint.Begun),
        new(ClusterKind.Ssh, Fault.BlobsRemovedUnderDifference, new WirePoint("difference", Moment.Before)),
        new(ClusterKind.Ssh, Fault.BlobsRemoved, new WirePoint("workspace", Moment.Within, Bytes: 20_000)),
        new(ClusterKind.Ssh, Fault.ServerRestarted, new WirePoint("workspace", Moment.Within, Bytes: 100_000)),
        new(ClusterKind.Ssh, Fault.ServerRestarted, StorePoint.Done(1)),
        new(ClusterKind.Ssh, Fault.ConnectionCut, new WirePoint("submit", Moment.Within, Bytes: 1_000)),
        new(ClusterKind.Ssh, Fault.DiskFilled, new WirePoint("workspace", Moment.Within, Bytes: 20_000)),
        new(ClusterKind.Ssh, Fault.DiskFilled, StorePoint.Done(2)),
        new(ClusterKind.Ssh, Fault.ClockSkewed, StorePoint.Begun),
        new(ClusterKind.Ssh, Fault.HostRebooted, StorePoint.Done(2)),
        new(ClusterKind.Slurm, Fault.WorkerKilled, StorePoint.Begun),
        new(ClusterKind.Slurm, Fault.SlurmdRestarted, StorePoint.Done(1)),
        new(ClusterKind.Slurm, Fault.SlurmctldRestarted, StorePoint.Done(1)),
        new(ClusterKind.Slurm, Fault.ServerRestarted, StorePoint.Done(1)),
        new(ClusterKind.Slurm, Fault.DiskFilled, StorePoint.Done(1)),
        new(ClusterKind.Slurm, Fault.ClockSkewed, StorePoint.Enlisted),
        new(ClusterKind.Slurm, Fault.VisibilityDelayed, StorePoint.Begun),
    ];
}
