using System.Diagnostics.CodeAnalysis;
using Clustrix.Chaos.Faults;
using Clustrix.Chaos.Grounds;
using Clustrix.Chaos.Points;
using Clustrix.Chaos.Wire;

namespace Clustrix.Chaos.Rounds;

/// <summary>What goes wrong, where, and when.</summary>
internal sealed record Scenario(ClusterKind Kind, Fault Fault, Point Point)
{
    /// <summary>Those with which every seed begins, one round each: a client that is killed all along its way, and all faults but those that take longest.</summary>
    public static IReadOnlyList<Scenario> First { get; } = [.. Enum.GetValues<ClusterKind>().SelectMany(Killed), .. Others()];

    /// <summary>Any cluster, any fault that can be there, at any point at which it can be.</summary>
    [SuppressMessage("Security", "CA5394", Justification = "It is to be drawn again.")]
    public static Scenario Draw(Random random)
    {
        var kind = Pick(Enum.GetValues<ClusterKind>());
        Fault[] others = [.. Fault.All.Where(fault => fault != Fault.ClientKilled && fault.Kinds.Contains(kind))];
        var fault = random.Next(2) == 0 ? Fault.ClientKilled : Pick(others);
        return new Scenario(kind, fault, Pick([.. AllPoints.Of(kind).Where(fault.Fits)]).Vary(random));

        T Pick<T>(IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];
    }

    public override string ToString() => $"{Kind}, {Fault.Name} when {Point}";

    private static IEnumerable<Scenario> Killed(ClusterKind kind) => AllPoints.OfClientsIn(kind).Select(point => new Scenario(kind, Fault.ClientKilled, point));

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
        new(ClusterKind.Slurm, Fault.DaemonsRestarted, StorePoint.Done(1)),
        new(ClusterKind.Slurm, Fault.SchedulerRestarted, StorePoint.Done(1)),
        new(ClusterKind.Slurm, Fault.ServerRestarted, StorePoint.Done(1)),
        new(ClusterKind.Slurm, Fault.DiskFilled, StorePoint.Done(1)),
        new(ClusterKind.Slurm, Fault.ClockSkewed, StorePoint.Enlisted),
        new(ClusterKind.Slurm, Fault.VisibilityDelayed, StorePoint.Begun),
        new(ClusterKind.Slurm, Fault.ClientKilledWithDelay, StorePoint.Done(1)),
        new(ClusterKind.GridEngine, Fault.WorkerKilled, StorePoint.Begun),
        new(ClusterKind.GridEngine, Fault.DaemonsRestarted, StorePoint.Done(1)),
        new(ClusterKind.GridEngine, Fault.SchedulerRestarted, StorePoint.Done(1)),
        new(ClusterKind.GridEngine, Fault.DiskFilled, StorePoint.Done(1)),
    ];
}
