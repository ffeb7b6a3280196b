using Clustrix.Workloads;

namespace Clustrix.Configuration;

/// <summary>Everything that can be set, in one place: from it come the parsing and checking on every surface, the JSON schema and the settings page.</summary>
public static class SettingsSchema
{
    /// <summary>Where the items run.</summary>
    public static readonly Setting Cluster = new("Cluster", SettingKind.Text, SettingScope.Run, "local", "The cluster on which the items run: local, ssh://user@host, slurm://user@host/partition, or the name of one in clusters.");

    /// <summary>Where the cluster keeps what it needs.</summary>
    public static readonly Setting StoreRoot = new("StoreRoot", SettingKind.Text, SettingScope.Cluster, null, "The directory on the cluster in which payloads, runs and results are kept; ~/.cache/clustrix there when not set.");

    /// <summary>Machines behind SSH.</summary>
    public static readonly Setting Hosts = new("Hosts", SettingKind.List, SettingScope.Cluster, null, "Machines to run on over SSH, each as ssh takes it: a name, user@name or ssh://user@name:port.", Minimum: 1);

    /// <summary>Whether the hosts see one store.</summary>
    public static readonly Setting SharedStore = new("SharedStore", SettingKind.Switch, SettingScope.Cluster, "false", "Whether all hosts see one and the same store, such as a home on NFS.");

    /// <summary>Whether hosts fetch from each other.</summary>
    public static readonly Setting CopyBetweenHosts = new("CopyBetweenHosts", SettingKind.Switch, SettingScope.Cluster, "false", "Whether the payload is sent to one host, and the others fetch it there by their own ssh.");

    /// <summary>Hosts that must be there.</summary>
    public static readonly Setting MinHosts = new("MinHosts", SettingKind.Count, SettingScope.Cluster, "1", "How many of the hosts must be usable for a run or a push; the others are named and left out.", Minimum: 1);

    /// <summary>How host keys are checked.</summary>
    public static readonly Setting HostKeyPolicy = new(
        "HostKeyPolicy", SettingKind.Choice, SettingScope.Cluster, "strict", "Which host keys are accepted: known ones, also new ones, or the one with a fingerprint.", Choices: ["strict", "accept-new", "SHA256:…"])
    {
        // 32 bytes in base64, as ssh-keygen writes them: without padding, and so with a last digit that has two bits of nothing.
        Rest = "[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]",
        RestHelp = "the 43 letters, digits, + and / that 'ssh-keygen -lf' shows of the key",
    };

    /// <summary>The configuration of ssh.</summary>
    public static readonly Setting SshConfig = new("SshConfig", SettingKind.File, SettingScope.Cluster, null, "The configuration file for ssh; ~/.ssh/config and the system's when not set.");

    /// <summary>How long to wait for a connection.</summary>
    public static readonly Setting ConnectTimeout = new("ConnectTimeout", SettingKind.Duration, SettingScope.Cluster, "15s", "How long a host may take to accept a connection.");

    /// <summary>When a host counts as lost.</summary>
    public static readonly Setting HostLossTimeout = new("HostLossTimeout", SettingKind.Duration, SettingScope.Cluster, "2m", "How long a host may be out of sight during a run before its unfinished items are attempted on others.");

    /// <summary>What becomes of a run whose client is gone.</summary>
    public static readonly Setting OnClientLoss = new(
        "OnClientLoss", SettingKind.Choice, SettingScope.Cluster, "KeepRunning", "What becomes of a run that no client follows any more: it goes on, or it is cancelled after a while.", Choices: ["KeepRunning", "CancelAfter(…)"])
    {
        Rest = @"(?=[0-9.smhd]*[1-9])([0-9]+(\.[0-9]+)?(s|m|h|d))+",
        RestHelp = "a length of time above zero, as in CancelAfter(10m)",
    };

    /// <summary>What becomes of items that take far too long.</summary>
    public static readonly Setting Stragglers = new(
        "Stragglers",
        SettingKind.Choice,
        SettingScope.Cluster,
        "Duplicate",
        "Whether a worker with nothing else to do attempts an item, too, that takes another one far longer than it used to.",
        Choices: ["Duplicate", "Wait"]);

    /// <summary>Where the .NET runtime comes from.</summary>
    public static readonly Setting DotnetRuntime = new(
        "DotnetRuntime",
        SettingKind.Choice,
        SettingScope.Cluster,
        "Auto",
        "Whether programs get this machine's .NET runtime where a host lacks it, always or never, or bring their own.",
        Choices: ["Auto", "Push", "Require", "SelfContained"]);

    /// <summary>How long a log may get.</summary>
    public static readonly Setting LogLimit = new("LogLimit", SettingKind.Size, SettingScope.Cluster, "64MB", "How large an item's standard output, and its standard error, may get; of more, the end is kept.");

    /// <summary>Items at once.</summary>
    public static readonly Setting Workers = new("Workers", SettingKind.Count, SettingScope.Cluster, "0", "How many items run at once on a host, or by way of a scheduler; 0 for one a core, or for as many as the nodes have room for.");

    /// <summary>Who gives the workers.</summary>
    public static readonly Setting Scheduler = new(
        "Scheduler", SettingKind.Choice, SettingScope.Cluster, "pool", "Who gives the workers: pool for Clustrix itself, on each host, or the batch scheduler of the one host.", Choices: ["pool", "slurm", "gridengine", "pbs"]);

    /// <summary>Where a scheduler looks for nodes.</summary>
    public static readonly Setting Partition = new("Partition", SettingKind.Text, SettingScope.Cluster, null, "The scheduler's partition (Slurm) or queue (Grid Engine, PBS); its default when not set.");

    /// <summary>Who pays.</summary>
    public static readonly Setting Account = new("Account", SettingKind.Text, SettingScope.Cluster, null, "The scheduler's account (Slurm, PBS) or project (Grid Engine); the user's default when not set.");

    /// <summary>Slurm's quality of service.</summary>
    public static readonly Setting Qos = new("Qos", SettingKind.Text, SettingScope.Cluster, null, "Slurm's quality of service.");

    /// <summary>What nodes must have.</summary>
    public static readonly Setting Constraint = new("Constraint", SettingKind.Text, SettingScope.Cluster, null, "Features that Slurm's nodes must have, such as avx512.");

    /// <summary>What else each worker needs.</summary>
    public static readonly Setting Gres = new("Gres", SettingKind.Text, SettingScope.Cluster, null, "Generic resources of Slurm for each worker, such as gpu:1.");

    /// <summary>What gives a worker several slots of one host.</summary>
    public static readonly Setting ParallelEnvironment = new("ParallelEnvironment", SettingKind.Text, SettingScope.Cluster, null, "Grid Engine's parallel environment for items with more than one of Cpus, such as smp.");

    /// <summary>How long a worker lives.</summary>
    public static readonly Setting TimeLimit = new("TimeLimit", SettingKind.Duration, SettingScope.Cluster, null, "How long a scheduler lets each worker run; the partition's default when not set, or 0s.");

    /// <summary>How long to wait for the first worker.</summary>
    public static readonly Setting QueueTimeout = new("QueueTimeout", SettingKind.Duration, SettingScope.Cluster, "1d", "How long a run may wait in a scheduler's queue for its first worker.");

    /// <summary>What else to tell the scheduler.</summary>
    public static readonly Setting SchedulerOptions = new("SchedulerOptions", SettingKind.List, SettingScope.Cluster, null, "More options for the scheduler's submit command, each as it takes it, such as --exclusive.");

    /// <summary>Whether passed results are taken again.</summary>
    public static readonly Setting ReuseResults = new("ReuseResults", SettingKind.Switch, SettingScope.Run, "true", "Whether an item that has passed before, with nothing changed, is taken as passed.");

    /// <summary>A text that makes items new.</summary>
    public static readonly Setting Salt = new("Salt", SettingKind.Text, SettingScope.Run, "", "A part of every item's key: another text makes every earlier result unusable.");

    /// <summary>Whether an item that didn't pass is only a warning.</summary>
    public static readonly Setting ContinueOnItemFailure = new("ContinueOnItemFailure", SettingKind.Switch, SettingScope.Run, "false", "Whether items that didn't pass are warnings, and the build goes on.");

    /// <summary>Whether packages are audited.</summary>
    public static readonly Setting Audit = new("Audit", SettingKind.Switch, SettingScope.Client, "true", "Whether the snapshot asks the package sources for known vulnerabilities and deprecations.");

    /// <summary>Where artifacts go.</summary>
    public static readonly Setting ArtifactsDirectory = new("ArtifactsDirectory", SettingKind.Directory, SettingScope.Client, "artifacts/clustrix", "The directory in which each run's outputs, logs and reports are collected.");

    /// <summary>Where the client remembers digests.</summary>
    public static readonly Setting CacheDirectory = new("CacheDirectory", SettingKind.Directory, SettingScope.Client, null, "The directory in which this machine remembers digests of files that haven't changed; ~/.cache/clustrix/client when not set.");

    /// <summary>How long finished runs are kept.</summary>
    public static readonly Setting KeepDays = new("KeepDays", SettingKind.Count, SettingScope.Cluster, "30", "How many days a clean-up keeps finished runs and unused payloads; 0 keeps only what is in use.");

    /// <summary>How large a store may become.</summary>
    public static readonly Setting StoreLimit = new("StoreLimit", SettingKind.Size, SettingScope.Cluster, "50GB", "How much a store may hold before a clean-up removes the oldest finished runs and unused payloads, however young.");

    /// <summary>How long an attempt may take.</summary>
    public static readonly Setting Timeout = new("Timeout", SettingKind.Duration, SettingScope.Item, "1h", "How long one attempt at an item may take; then it is ended, with every process it started.");

    /// <summary>Cores of an item.</summary>
    public static readonly Setting Cpus = new("Cpus", SettingKind.Count, SettingScope.Item, "1", "Cores that an item keeps busy.", Minimum: 1);

    /// <summary>Machines of an item.</summary>
    public static readonly Setting Nodes = new("Nodes", SettingKind.Count, SettingScope.Item, "1", "Machines that an item has at once, on a cluster whose scheduler gives them.", Minimum: 1);

    /// <summary>Memory of an item.</summary>
    public static readonly Setting Memory = new("Memory", SettingKind.Size, SettingScope.Item, null, "Memory that an item may need.");

    /// <summary>More attempts.</summary>
    public static readonly Setting Retries = new("Retries", SettingKind.Count, SettingScope.Item, "0", "How many more attempts a failed item gets.");

    /// <summary>What is attempted again.</summary>
    public static readonly Setting RetryOn = new(
        "RetryOn",
        SettingKind.List,
        SettingScope.Item,
        null,
        $"The outcomes after which Retries apply, of {string.Join(", ", RetryCausesText.Words)}; all of them when not set.",
        Choices: RetryCausesText.Words);

    /// <summary>What is collected.</summary>
    public static readonly Setting Outputs = new("Outputs", SettingKind.List, SettingScope.Item, null, "Patterns of the files to collect, relative to the item's directory; each must match.");

    /// <summary>Variables of items.</summary>
    public static readonly Setting Environment = new("Environment", SettingKind.List, SettingScope.Item, null, "Variables that an item gets beside the node's own, each NAME=value.");

    /// <summary>Environment modules.</summary>
    public static readonly Setting Modules = new("Modules", SettingKind.List, SettingScope.Item, null, "Environment modules that are loaded before an item's command, as 'module list' shows them: gcc/12.2.");

    /// <summary>What comes before the command.</summary>
    public static readonly Setting Setup = new("Setup", SettingKind.List, SettingScope.Item, null, "Commands that an item's shell carries out before its command, after Modules and with Environment.");

    /// <summary>Where a command starts.</summary>
    public static readonly Setting WorkingDirectory = new("WorkingDirectory", SettingKind.Text, SettingScope.Item, "", "Where an item's command starts: a directory of the payload; the item's own directory when not set.");

    /// <summary>All settings, sorted by name.</summary>
    public static IReadOnlyList<Setting> All { get; } = new[]
    {
        Cluster, StoreRoot, Hosts, SharedStore, CopyBetweenHosts, MinHosts, HostKeyPolicy, SshConfig, ConnectTimeout, HostLossTimeout, OnClientLoss, Stragglers, DotnetRuntime, Workers, Scheduler, Partition, Account, Qos, Constraint, Gres, ParallelEnvironment, TimeLimit, QueueTimeout, SchedulerOptions, ReuseResults, Salt, ContinueOnItemFailure, Audit, ArtifactsDirectory, CacheDirectory, KeepDays, StoreLimit, LogLimit,
        Timeout, Cpus, Nodes, Memory, Retries, RetryOn, Outputs, Environment, Modules, Setup, WorkingDirectory,
    }.OrderBy(setting => setting.Name, StringComparer.Ordinal).ToArray();

    /// <summary>Those that say which cluster is meant and how it is reached, sorted by name.</summary>
    public static IReadOnlyList<Setting> Access { get; } = new[]
    {
        Cluster, StoreRoot, Hosts, SharedStore, CopyBetweenHosts, MinHosts, HostKeyPolicy, SshConfig, ConnectTimeout, HostLossTimeout, Scheduler, Partition,
    }.OrderBy(setting => setting.Name, StringComparer.Ordinal).ToArray();

    /// <summary>The setting of a name in Pascal case; null when there is none.</summary>
    public static Setting? Find(string name) => All.FirstOrDefault(setting => setting.Name == name);
}
