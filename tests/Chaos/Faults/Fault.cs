using Clustrix.Chaos.Grounds;
using Clustrix.Chaos.Points;
using Clustrix.Chaos.Rounds;
using Clustrix.Chaos.Wire;
using Clustrix.Testing.Clusters;
using Clustrix.Testing.Ssh;

namespace Clustrix.Chaos.Faults;

/// <summary>Something that goes wrong in the middle of a run.</summary>
/// <param name="Name">As the beginning of a sentence.</param>
internal sealed record Fault(string Name)
{
    private const int Done = 0;
    private const int ItemsFailed = 1;
    private const int Unreachable = 3;

    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(10);

    // What a client of NFS bears with, unless told otherwise.
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(3);

    private static readonly Func<Scene, Task> Nothing = _ => Task.CompletedTask;
    private static readonly ClusterKind[] BySsh = [ClusterKind.Ssh, ClusterKind.Slurm, ClusterKind.GridEngine];
    private static readonly ClusterKind[] Scheduled = [ClusterKind.Slurm, ClusterKind.GridEngine];
    private static readonly Func<Point, bool> WithWorkers = point => point.HasWorkers;
    private static readonly Func<Point, bool> WithDifference = point => point is WirePoint { Request: "difference" };

    // The client has been told what is there, and hasn't published what it makes of that.
    private static readonly Func<Point, bool> UnderPush = point =>
        point is WirePoint { Request: "missing", Moment: Moment.Answered } or WirePoint { Request: "workspace" or "unpack", Moment: Moment.Within };

    public static Fault ClientKilled { get; } = new("the client is killed") { IsEndOfClient = true, InjectAsync = scene => scene.Client.KillAsync() };

    public static Fault WorkerKilled { get; } = new("a worker is killed") { Fits = WithWorkers, InjectAsync = KillWorkerAsync };

    public static Fault PoolKilled { get; } = new("the pool is killed")
    {
        Kinds = [ClusterKind.Local, ClusterKind.Ssh],
        Fits = WithWorkers,
        InjectAsync = scene => SaidAsync(scene, "for pool in run/*/pool-*; do read -r _ _ process _ <\"$pool\" && kill -KILL \"$process\" && echo killed; done"),
    };

    /// <summary>Nobody has told the client that it may count on what is there.</summary>
    public static Fault BlobsRemoved { get; } = new("blobs are removed")
    {
        Fits = UnderPush,
        PrepareAsync = scene => scene.PushBeforeAsync(Work.FewFiles, isRemembered: false),
        InjectAsync = RemoveBlobsAsync,
    };

    public static Fault BlobsRemovedUnderDifference { get; } = new("the payload to build on is removed")
    {
        Kinds = BySsh,
        Fits = WithDifference,
        PrepareAsync = scene => scene.PushBeforeAsync(Work.MostFiles, isRemembered: true),
        InjectAsync = RemoveBlobsAsync,
    };

    /// <summary>Everybody's connections end, and for a moment no new one is let in.</summary>
    public static Fault ServerRestarted { get; } = new("sshd is killed and started again")
    {
        Kinds = BySsh,
        Bears = [Done, Unreachable],
        InjectAsync = async scene =>
        {
            await scene.Ground.Login!.StopServerAsync();
            await scene.Ground.Login.CutConnectionsAsync();
        },
        LiftAtOnceAsync = scene => scene.Ground.Login!.StartServerAsync(),
    };

    public static Fault ConnectionCut { get; } = new("the connection is cut")
    {
        Kinds = BySsh,
        Fits = point => point is WirePoint && !WithDifference(point),
        Bears = [Done, Unreachable],
        IsEndOfConnection = true,
    };

    public static Fault DiskFilled { get; } = new("the disk is filled")
    {
        Kinds = BySsh,
        Bears = [Done, ItemsFailed, Unreachable],
        InjectAsync = scene => scene.Ground.Login!.FillHomeAsync(),
        LiftAsync = scene => scene.Ground.Login!.EmptyHomeAsync(),
    };

    /// <summary>That of a node with workers; all others, and the client's machine, keep the right time.</summary>
    public static Fault ClockSkewed { get; } = new("a clock jumps 10 minutes ahead")
    {
        Kinds = BySsh,
        InjectAsync = scene => scene.Ground.Nodes[0].SetClockAsync(Skew),
        LiftAsync = scene => scene.Ground.Nodes[0].SetClockAsync(TimeSpan.Zero),
    };

    public static Fault HostRebooted { get; } = new("the host is rebooted")
    {
        Kinds = [ClusterKind.Ssh],
        Bears = [Done, Unreachable],
        InjectAsync = scene => scene.Ground.Login!.RebootAsync(),
    };

    /// <summary>The first one, which gets the first workers.</summary>
    public static Fault NodeRebooted { get; } = new("a node is rebooted")
    {
        Kinds = Scheduled,
        Fits = WithWorkers,
        InjectAsync = scene => Machines(scene).RebootAsync(scene.Ground.Nodes[0]),
    };

    public static Fault DaemonsRestarted { get; } = new("the daemons of all nodes are killed and started again")
    {
        Kinds = Scheduled,
        Fits = WithWorkers,
        InjectAsync = scene => EachNodeAsync(scene, Machines(scene).KillDaemonAsync),
        LiftAsync = scene => EachNodeAsync(scene, Machines(scene).StartDaemonAsync),
    };

    /// <summary>With all that is to be known written down. Otherwise Slurm begins what runs already once more, and takes the node for broken.</summary>
    public static Fault SchedulerRestarted { get; } = new("the scheduler is killed and started again")
    {
        Kinds = Scheduled,
        Fits = WithWorkers,
        InjectAsync = async scene =>
        {
            await Machines(scene).WrittenDownAsync();
            await Machines(scene).KillSchedulerAsync();
        },
        LiftAtOnceAsync = scene => Machines(scene).StartSchedulerAsync(),
    };

    /// <summary>From the beginning on: nodes see each other's files late, the login host sees all at once, as a file server does.</summary>
    public static Fault VisibilityDelayed { get; } = new("nodes see files 3 seconds late")
    {
        Kinds = Scheduled,
        PrepareAsync = scene => EachNodeAsync(scene, node => node.CacheHomeAsync(Delay)),
        LiftAsync = scene => EachNodeAsync(scene, node => node.CacheHomeAsync(TimeSpan.Zero)),
    };

    /// <summary>So that whoever attaches or cancels has to do with nodes that don't see it yet.</summary>
    public static Fault ClientKilledWithDelay { get; } = VisibilityDelayed with
    {
        Name = "nodes see files 3 seconds late, and the client is killed",
        Fits = WithWorkers,
        IsEndOfClient = true,
        InjectAsync = ClientKilled.InjectAsync,
    };

    /// <summary>All faults.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        ClientKilled, WorkerKilled, PoolKilled, BlobsRemoved, BlobsRemovedUnderDifference, ServerRestarted, ConnectionCut, DiskFilled, ClockSkewed, HostRebooted, NodeRebooted,
        DaemonsRestarted, SchedulerRestarted, VisibilityDelayed, ClientKilledWithDelay,
    ];

    /// <summary>The clusters on which it can happen.</summary>
    public IReadOnlyList<ClusterKind> Kinds { get; private init; } = Enum.GetValues<ClusterKind>();

    /// <summary>Whether it can happen at a point.</summary>
    public Func<Point, bool> Fits { get; private init; } = point => !WithDifference(point);

    /// <summary>The exit codes with which a client may end that lives through it. After any but 0 the same has to succeed when it is started again.</summary>
    public IReadOnlyList<int> Bears { get; init; } = [Done];

    /// <summary>Whether the client doesn't live through it.</summary>
    public bool IsEndOfClient { get; init; }

    /// <summary>Whether its connection doesn't.</summary>
    public bool IsEndOfConnection { get; init; }

    /// <summary>What comes before the client starts.</summary>
    public Func<Scene, Task> PrepareAsync { get; private init; } = Nothing;

    /// <summary>At the point.</summary>
    public Func<Scene, Task> InjectAsync { get; private init; } = Nothing;

    /// <summary>Makes it good again while the client goes on.</summary>
    public Func<Scene, Task> LiftAtOnceAsync { get; private init; } = Nothing;

    /// <summary>Makes it good again when the client has ended, or the round has failed; nothing where nothing is wrong.</summary>
    public Func<Scene, Task> LiftAsync { get; private init; } = Nothing;

    private static async Task KillWorkerAsync(Scene scene)
    {
        if (scene.Ground is not BatchGround)
        {
            await SaidAsync(scene, "for worker in run/*/worker.*; do read -r process _ <\"$worker\" && kill -KILL \"$process\" && echo killed && break; done");
            return;
        }

        foreach (var node in scene.Ground.Nodes)
        {
            if ((await node.RunAsRootAsync("kill -KILL $(pgrep -o -f 'node/.* worker ')")).ExitCode == 0)
            {
                return;
            }
        }

        throw new InvalidOperationException("There is no worker to kill.");
    }

    // As somebody does who wants the space back, and doesn't ask the store.
    private static Task RemoveBlobsAsync(Scene scene) =>
        SaidAsync(scene, "rm -f ws/*.ready ws/*.blobs; chmod -R u+w ws; rm -rf ws/*; find cas -type f -exec rm -f {} + && echo removed");

    private static async Task SaidAsync(Scene scene, string script) => (await scene.Ground.AskAsync($"cd '{scene.Ground.StoreRoot}' && {script}")).ShouldNotBeEmpty();

    private static async Task EachNodeAsync(Scene scene, Func<SshNode, Task> act)
    {
        foreach (var node in scene.Ground.Nodes)
        {
            await act(node);
        }
    }

    private static TestCluster Machines(Scene scene) => ((BatchGround)scene.Ground).Machines;
}
