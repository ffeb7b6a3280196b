using Clustrix.Diagnostics;

namespace Clustrix.Configuration;

/// <summary>A cluster that is said by its address: <c>ssh://user@host</c>, <c>slurm://user@host/partition</c>, <c>slurm:partition</c>.</summary>
internal static class ClusterAddress
{
    /// <summary>What can be written, for messages.</summary>
    public static string Forms { get; } = string.Join(" or ", ["ssh://user@host", .. Schedulers.Select(scheduler => $"{scheduler}://user@host/partition")]);

    private static IEnumerable<string> Schedulers => SettingsSchema.Scheduler.Choices!.Skip(1);

    /// <summary>Whether a text is an address rather than a name.</summary>
    public static bool Is(string text) => SchedulerOf(text) is not null || text.Contains("://", StringComparison.Ordinal);

    /// <summary>What an address says, as settings with the address's own origin; nothing when it has a <see cref="Fault"/>.</summary>
    /// <param name="cluster">The address. Whether its host can be one is found out where it is used.</param>
    public static IEnumerable<SettingValue> Read(SettingValue cluster)
    {
        if (Fault(cluster) is not null)
        {
            return [];
        }

        if (SchedulerOf(cluster.Text) is not { } scheduler)
        {
            return [cluster with { Setting = SettingsSchema.Hosts }];
        }

        var (host, partition) = Parts(cluster.Text[(scheduler.Length + 1)..]);
        return
        [
            new SettingValue(SettingsSchema.Scheduler, [scheduler], cluster.Origin),
            .. host is { Length: > 0 } ? [new SettingValue(SettingsSchema.Hosts, ["ssh://" + host], cluster.Origin)] : (SettingValue[])[],
            .. partition.Length > 0 ? [new SettingValue(SettingsSchema.Partition, [partition], cluster.Origin)] : (SettingValue[])[],
        ];
    }

    /// <summary>Why a text that looks like an address can't be one; null when it can, or when it doesn't.</summary>
    public static Problem? Fault(SettingValue cluster)
    {
        var fault = !Is(cluster.Text) ? null
            : SchedulerOf(cluster.Text) is { } scheduler ? FaultOf(cluster.Text[(scheduler.Length + 1)..])
            : cluster.Text.StartsWith("ssh://", StringComparison.Ordinal) ? null
            : $"nothing is known of '{cluster.Text[..cluster.Text.IndexOf("://", StringComparison.Ordinal)]}'";
        return fault is null
            ? null
            : new Problem(
                ErrorCode.BadHostAddress,
                $"'{cluster.Text}' can't be the address of a cluster: {fault}. Write {Forms}; without //user@host, a scheduler is this machine's. (From {cluster.Origin}.)",
                cluster.Origin.File,
                cluster.Origin.Line,
                cluster.Origin.Column);
    }

    /// <summary>What says otherwise than an address, or than <c>local</c>, and isn't said more weakly: one of the two would count for nothing.</summary>
    /// <param name="cluster">The cluster that is asked for.</param>
    /// <param name="said">All that was said, the strongest first.</param>
    public static IEnumerable<Problem> Conflicts(SettingValue cluster, IReadOnlyList<SettingValue> said)
    {
        var isHere = IsHere(cluster) || cluster is { Text: ResolvedSettings.Local, Origin.Layer: not SettingLayer.Default };
        var meant = Is(cluster.Text) ? Read(cluster).ToList() : [];
        foreach (var setting in new[] { SettingsSchema.Hosts, SettingsSchema.Scheduler, SettingsSchema.Partition })
        {
            var other = said.FirstOrDefault(value => value.Setting == setting);
            var own = meant.Find(value => value.Setting == setting);
            if (other is not null
                && other.Origin.Layer <= cluster.Origin.Layer
                && (own is not null ? !other.Texts.SequenceEqual(own.Texts) : isHere && setting == SettingsSchema.Hosts))
            {
                yield return new Problem(
                    ErrorCode.BadValue,
                    $"{setting.Name} is '{string.Join(';', other.Texts)}' (from {other.Origin}), and Cluster is '{cluster.Text}' (from {cluster.Origin}), which means {(own is null ? "this machine" : $"'{own.Text}'")}. Leave one of the two out.",
                    other.Origin.File,
                    other.Origin.Line,
                    other.Origin.Column);
            }
        }
    }

    /// <summary>Whether an address leads to the machine at hand.</summary>
    public static bool IsHere(SettingValue cluster) => SchedulerOf(cluster.Text) is not null && Read(cluster).All(value => value.Setting != SettingsSchema.Hosts);

    private static string? FaultOf(string rest)
    {
        var (host, partition) = Parts(rest);
        return host is { Length: 0 } && partition.Length == 0 ? "it names no host"
            : partition.StartsWith('-') || partition.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || "/'\"\\$`;|&<>(){}!".Contains(c, StringComparison.Ordinal)) ? $"'{partition}' can't be a partition"
            : null;
    }

    // The host is null where none can stand: without "//".
    private static (string? Host, string Partition) Parts(string rest)
    {
        if (!rest.StartsWith("//", StringComparison.Ordinal))
        {
            return (null, rest.Length > 1 ? WithoutSlash(rest) : rest);
        }

        var slash = rest.IndexOf('/', 2);
        return slash < 0 ? (rest[2..], "") : (rest[2..slash], WithoutSlash(rest[(slash + 1)..]));
    }

    private static string WithoutSlash(string partition) => partition.EndsWith('/') ? partition[..^1] : partition;

    private static string? SchedulerOf(string text) => Schedulers.FirstOrDefault(scheduler => text.StartsWith(scheduler + ":", StringComparison.Ordinal));
}
