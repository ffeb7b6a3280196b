using Cake.Core.IO;
using Clustrix.Snapshots;

namespace Cake.Clustrix;

/// <summary>The settings of <see cref="ClustrixAliases.ClustrixRun(Core.ICakeContext, ClustrixRunSettings)"/>.</summary>
public class ClustrixRunSettings : ClustrixPushSettings
{
    /// <summary>
    /// Where the .NET runtime comes from that programs need: <c>Auto</c>, the default: from the host or, where it has none that suits, from this
    /// machine; <c>Push</c>: always from this machine; <c>Require</c>: from the host; <c>SelfContained</c>: programs bring it.
    /// </summary>
    public string? DotnetRuntime { get; set; }

    /// <summary>How large an item's standard output, and its standard error, may get, with its unit; of more, the end is kept; <c>64MB</c> by default.</summary>
    public string? LogLimit { get; set; }

    /// <summary>The items; at least one.</summary>
    public ICollection<ClustrixItem> Items { get; } = [];

    /// <summary>
    /// What the items depend on, from <c>ClustrixSnapshot</c>; by default this machine's platform, <see cref="Tools"/> and <see cref="EnvironmentVariables"/>.
    /// The items get the variables that it lists, with the values that they have when the run begins.
    /// </summary>
    public Snapshot? Snapshot { get; set; }

    /// <summary>Tools that the items depend on, with their versions; used when <see cref="Snapshot"/> isn't set.</summary>
    public IDictionary<string, string> Tools { get; } = new Dictionary<string, string>();

    /// <summary>Names of environment variables of the build that the items get. Don't list a secret.</summary>
    public ICollection<string> EnvironmentVariables { get; } = [];

    /// <summary>How many items run at once on a host, or by way of a scheduler; 0, the default, for one a core, or for as many as the nodes have room for.</summary>
    public int? Workers { get; set; }

    /// <summary>The scheduler's account (Slurm, PBS) or project (Grid Engine); the user's default when not set.</summary>
    public string? Account { get; set; }

    /// <summary>Slurm's quality of service.</summary>
    public string? Qos { get; set; }

    /// <summary>Features that Slurm's nodes must have, such as <c>avx512</c>.</summary>
    public string? Constraint { get; set; }

    /// <summary>Generic resources of Slurm for each worker, such as <c>gpu:1</c>.</summary>
    public string? Gres { get; set; }

    /// <summary>Grid Engine's parallel environment for items with more than one of <c>Cpus</c>, such as <c>smp</c>.</summary>
    public string? ParallelEnvironment { get; set; }

    /// <summary>How long a scheduler lets each worker run; the partition's default when not set, or 0s.</summary>
    public TimeSpan? TimeLimit { get; set; }

    /// <summary>How long a run may wait in a scheduler's queue for its first worker; 1 day by default.</summary>
    public TimeSpan? QueueTimeout { get; set; }

    /// <summary>More options for the scheduler's submit command, each as it takes it, such as <c>--exclusive</c>; empty by default.</summary>
    public ICollection<string> SchedulerOptions { get; } = [];

    /// <summary>Whether an item that has passed before, with nothing changed, is taken as passed; true by default.</summary>
    public bool? ReuseResults { get; set; }

    /// <summary>A part of every item's key: another text makes every earlier result unusable.</summary>
    public string? Salt { get; set; }

    /// <summary>Whether items that didn't pass are warnings, and the build goes on; false by default.</summary>
    public bool? ContinueOnItemFailure { get; set; }

    /// <summary>What becomes of a run that no client follows any more: <c>KeepRunning</c>, the default, or <c>CancelAfter(10m)</c>.</summary>
    public string? OnClientLoss { get; set; }

    /// <summary>
    /// Whether an item that takes far longer than it used to is attempted a second time beside the first: <c>Duplicate</c>, the default, or
    /// <c>Wait</c>.
    /// </summary>
    public string? Stragglers { get; set; }

    /// <summary>How many days a store's clean-up, once a day, keeps finished runs and unused payloads; 30 by default, 0 keeps only what is in use.</summary>
    public int? KeepDays { get; set; }

    /// <summary>How much a store may hold before the oldest finished runs and unused payloads go, however young, with its unit; <c>50GB</c> by default.</summary>
    public string? StoreLimit { get; set; }

    /// <summary>The directory in which each run's outputs, logs and reports are collected; <c>artifacts/clustrix</c> by default.</summary>
    public DirectoryPath? ArtifactsDirectory { get; set; }

    /// <summary>For items that don't say otherwise: how long one attempt may take; 1 hour by default.</summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>For items that don't say otherwise: cores that an item keeps busy; 1 by default.</summary>
    public int? Cpus { get; set; }

    /// <summary>For items that don't say otherwise: machines that an item has at once, on a cluster whose scheduler gives them; 1 by default.</summary>
    public int? Nodes { get; set; }

    /// <summary>For items that don't say otherwise: memory that an item may need, with its unit, such as <c>8GB</c>; none by default.</summary>
    public string? Memory { get; set; }

    /// <summary>For items that don't say otherwise: how many more attempts a failed item gets; 0 by default.</summary>
    public int? Retries { get; set; }

    /// <summary>For items that don't say otherwise: the outcomes after which <see cref="Retries"/> apply, such as <c>Crashed</c>; all when it is empty.</summary>
    public ICollection<string> RetryOn { get; } = [];

    /// <summary>For items that don't say otherwise: patterns of the files to collect, relative to the item's directory.</summary>
    public ICollection<string> Outputs { get; } = [];

    /// <summary>For items that don't say otherwise: variables that an item gets beside the node's own.</summary>
    public IDictionary<string, string> Environment { get; } = new Dictionary<string, string>();

    /// <summary>For items that don't say otherwise: environment modules that are loaded before the command, as <c>module list</c> shows them, such as <c>gcc/12.2</c>.</summary>
    public ICollection<string> Modules { get; } = [];

    /// <summary>For items that don't say otherwise: commands that the command's shell carries out before it, after <see cref="Modules"/> and with <see cref="Environment"/>.</summary>
    public ICollection<string> Setup { get; } = [];

    /// <summary>For items that don't say otherwise: where the command starts, relative to the item's directory.</summary>
    public string? WorkingDirectory { get; set; }
}
