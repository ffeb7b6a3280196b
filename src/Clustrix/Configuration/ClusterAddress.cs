namespace Clustrix.Configuration;

/// <summary>A cluster that is said by its address: <c>ssh://user@host</c>, <c>slurm://user@host/partition</c>, <c>slurm:partition</c>.</summary>
internal static class ClusterAddress
{
    /// <summary>Whether a text is an address rather than a name.</summary>
    public static bool Is(string text) => SchemeOf(text) is not null || text.Contains("://", StringComparison.Ordinal);

    /// <summary>What an address says, as settings with the address's own origin.</summary>
    /// <param name="cluster">The address. Whether its host can be one is found out where it is used.</param>
    public static IEnumerable<SettingValue> Read(SettingValue cluster)
    {
        if (SchemeOf(cluster.Text) is not { } scheduler)
        {
            return [cluster with { Setting = SettingsSchema.Hosts }];
        }

        var rest = cluster.Text[(scheduler.Length + 1)..];
        var host = rest.StartsWith("//", StringComparison.Ordinal) ? rest[2..] : "";
        var slash = host.IndexOf('/', StringComparison.Ordinal);
        var partition = host.Length == 0 && !rest.StartsWith('/') ? rest : slash < 0 ? "" : host[(slash + 1)..];
        host = slash < 0 ? host : host[..slash];
        return
        [
            new SettingValue(SettingsSchema.Scheduler, [scheduler], cluster.Origin),
            .. host.Length > 0 ? [new SettingValue(SettingsSchema.Hosts, ["ssh://" + host], cluster.Origin)] : (SettingValue[])[],
            .. partition.Length > 0 ? [new SettingValue(SettingsSchema.Partition, [partition.TrimEnd('/')], cluster.Origin)] : (SettingValue[])[],
        ];
    }

    /// <summary>Whether an address leads to the machine at hand.</summary>
    public static bool IsHere(SettingValue cluster) => Is(cluster.Text) && Read(cluster).All(value => value.Setting != SettingsSchema.Hosts);

    private static string? SchemeOf(string text) =>
        SettingsSchema.Scheduler.Choices!.Skip(1).FirstOrDefault(scheduler => text.StartsWith(scheduler + ":", StringComparison.Ordinal));
}
