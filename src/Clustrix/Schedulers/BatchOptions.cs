using Clustrix.Configuration;

namespace Clustrix.Schedulers;

/// <summary>What a batch scheduler is asked for, beyond what the items say.</summary>
public sealed record BatchOptions
{
    /// <summary>The scheduler: <c>slurm</c>, <c>gridengine</c> or <c>pbs</c>.</summary>
    public required string Scheduler { get; init; }

    /// <summary>Slurm's partition, Grid Engine's or PBS's queue; empty for the scheduler's default.</summary>
    public string Partition { get; init; } = "";

    /// <summary>Slurm's or PBS's account, Grid Engine's project; empty for the user's default.</summary>
    public string Account { get; init; } = "";

    /// <summary>Slurm's quality of service; empty for the default.</summary>
    public string Qos { get; init; } = "";

    /// <summary>Slurm's constraint on the features of nodes; empty for none.</summary>
    public string Constraint { get; init; } = "";

    /// <summary>Slurm's generic resources for each worker, such as <c>gpu:1</c>; empty for none.</summary>
    public string Gres { get; init; } = "";

    /// <summary>Grid Engine's parallel environment for workers of more than one core; empty for none.</summary>
    public string ParallelEnvironment { get; init; } = "";

    /// <summary>How long one worker may run; zero for what the partition gives.</summary>
    public TimeSpan TimeLimit { get; init; }

    /// <summary>How long a run may wait for its first worker; zero for any time, null for what holds unless somebody says otherwise.</summary>
    public TimeSpan? QueueTimeout { get; init; }

    /// <summary>More options for the scheduler, as it would take them on its command line.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>What is said here, and for the rest what was said before.</summary>
    internal BatchOptions Over(BatchOptions earlier) => Scheduler != earlier.Scheduler ? this : this with
    {
        Partition = Or(Partition, earlier.Partition),
        Account = Or(Account, earlier.Account),
        Qos = Or(Qos, earlier.Qos),
        Constraint = Or(Constraint, earlier.Constraint),
        Gres = Or(Gres, earlier.Gres),
        ParallelEnvironment = Or(ParallelEnvironment, earlier.ParallelEnvironment),
        TimeLimit = TimeLimit > TimeSpan.Zero ? TimeLimit : earlier.TimeLimit,
        QueueTimeout = QueueTimeout ?? earlier.QueueTimeout,
        Options = Options.Count > 0 ? Options : earlier.Options,
    };

    /// <summary>What another one asks for otherwise, each as <c>NAME VALUE</c>.</summary>
    internal IReadOnlyList<string> ChangesTo(BatchOptions other)
    {
        return [.. Values(this).Zip(Values(other)).Where(pair => pair.First.Value != pair.Second.Value).Select(pair => $"{pair.Second.Name} {(pair.Second.Value.Length > 0 ? pair.Second.Value : "not set")}")];

        static IEnumerable<(string Name, string Value)> Values(BatchOptions options) =>
        [
            (nameof(Scheduler), options.Scheduler),
            (nameof(Partition), options.Partition),
            (nameof(Account), options.Account),
            (nameof(Qos), options.Qos),
            (nameof(Constraint), options.Constraint),
            (nameof(Gres), options.Gres),
            (nameof(ParallelEnvironment), options.ParallelEnvironment),
            (nameof(TimeLimit), options.TimeLimit > TimeSpan.Zero ? Duration.Format(options.TimeLimit) : ""),
            ("SchedulerOptions", string.Join(' ', options.Options)),
        ];
    }

    /// <summary>What the settings say; null when Clustrix starts the workers itself.</summary>
    internal static BatchOptions? Of(ResolvedSettings settings) => settings.Text(SettingsSchema.Scheduler) is var scheduler && scheduler == "pool"
        ? null
        : new BatchOptions
        {
            Scheduler = scheduler,
            Partition = settings.Text(SettingsSchema.Partition),
            Account = settings.Text(SettingsSchema.Account),
            Qos = settings.Text(SettingsSchema.Qos),
            Constraint = settings.Text(SettingsSchema.Constraint),
            Gres = settings.Text(SettingsSchema.Gres),
            ParallelEnvironment = settings.Text(SettingsSchema.ParallelEnvironment),
            TimeLimit = settings.Duration(SettingsSchema.TimeLimit),
            QueueTimeout = settings.Find(SettingsSchema.QueueTimeout) is { Origin.Layer: not SettingLayer.Default } ? settings.Duration(SettingsSchema.QueueTimeout) : null,
            Options = settings.Texts(SettingsSchema.SchedulerOptions),
        };

    private static string Or(string now, string before) => now.Length > 0 ? now : before;
}
