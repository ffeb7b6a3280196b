using System.Globalization;
using Clustrix.Diagnostics;

namespace Clustrix.Configuration;

/// <summary>All layers put together: for each setting the strongest value, and where it comes from.</summary>
public sealed class ResolvedSettings
{
    /// <summary>The cluster that is this machine.</summary>
    internal const string Local = "local";

    private readonly Dictionary<Setting, SettingValue> _values;

    private ResolvedSettings(Dictionary<Setting, SettingValue> values)
    {
        _values = values;
    }

    /// <summary>What holds when nobody has said anything.</summary>
    public static ResolvedSettings Defaults { get; } = Resolve([], new Dictionary<string, string>(), []);

    /// <summary>Every setting with its value and origin, sorted by name. A setting without a value and without a default isn't here.</summary>
    public IEnumerable<SettingValue> Values => SettingsSchema.All.Where(_values.ContainsKey).Select(setting => _values[setting]);

    /// <summary>Puts the layers together.</summary>
    /// <param name="arguments">Properties, options, or what an alias's settings hold; each value with its name there as the origin.</param>
    /// <param name="environment">The environment variables.</param>
    /// <param name="files">The <c>clustrix.json</c> files that there are, the strongest first.</param>
    /// <exception cref="ClustrixException">A value can't be used, a variable with our prefix is unknown, or the cluster isn't defined; all of it at once.</exception>
    /// <remarks>In one file, what stands under the cluster's name comes before what stands at the top.</remarks>
    public static ResolvedSettings Resolve(
        IEnumerable<SettingValue> arguments, IReadOnlyDictionary<string, string> environment, IReadOnlyList<ConfigurationFile> files)
    {
        List<SettingValue> given = [.. arguments, .. EnvironmentSettings.Read(environment)];
        SettingValue[] defaults = [.. SettingsSchema.All.Where(setting => setting.Default is not null).Select(Default)];
        var cluster = given.Concat(files.SelectMany(file => file.Values)).Concat(defaults).First(value => value.Setting == SettingsSchema.Cluster);
        var values = new Dictionary<Setting, SettingValue>();
        List<SettingValue> said = [.. given, .. files.SelectMany(file => OfFile(file, cluster.Text))];
        if (ClusterAddress.Is(cluster.Text))
        {
            foreach (var value in ClusterAddress.Read(cluster))
            {
                values.Add(value.Setting, value);
            }
        }

        foreach (var value in said.Concat(defaults))
        {
            values.TryAdd(value.Setting, value);
        }

        if (ClusterAddress.IsHere(cluster) || cluster is { Text: Local, Origin.Layer: not SettingLayer.Default })
        {
            // Whoever asks for this machine doesn't mean the hosts that a file names for all others.
            values.Remove(SettingsSchema.Hosts);
        }

        Problem[] problems = [.. EnvironmentSettings.Unknown(environment), .. given.SelectMany(Faults), .. ClusterAddress.Fault(cluster) is { } fault ? [fault] : UnknownCluster(cluster, files), .. ClusterAddress.Conflicts(cluster, said)];
        return problems.Length == 0 ? new ResolvedSettings(values) : throw new ClustrixException(problems);
    }

    /// <summary>What messages call the cluster: its name or address, or its hosts when they make a cluster without a name.</summary>
    public string ClusterName =>
        Find(SettingsSchema.Cluster) is { Origin.Layer: SettingLayer.Default } && Find(SettingsSchema.Hosts) is { } hosts ? string.Join(", ", hosts.Texts) : Text(SettingsSchema.Cluster);

    /// <summary>The value of a setting; null when nobody set it and it has no default.</summary>
    public SettingValue? Find(Setting setting) => _values.GetValueOrDefault(setting);

    /// <summary>The value as text; empty when there is none.</summary>
    public string Text(Setting setting) => Find(setting)?.Text ?? "";

    /// <summary>The texts of a list; empty when there is none.</summary>
    public IReadOnlyList<string> Texts(Setting setting) => Find(setting)?.Texts ?? [];

    /// <summary>The value of a switch.</summary>
    public bool Switch(Setting setting) => bool.Parse(Text(setting));

    /// <summary>The value of a count.</summary>
    public int Count(Setting setting) => int.Parse(Text(setting), CultureInfo.InvariantCulture);

    /// <summary>The value of a length of time; zero when there is none.</summary>
    public TimeSpan Duration(Setting setting) => Configuration.Duration.TryParse(Text(setting), out var value) ? value : TimeSpan.Zero;

    /// <summary>The number of bytes that a size says; 0 when there is none.</summary>
    public long Size(Setting setting) => ByteSize.TryParse(Text(setting), out var bytes) ? bytes : 0;

    /// <summary>A directory as an absolute path: what a file says starts at that file, everything else at the base.</summary>
    /// <param name="setting">A setting with a value.</param>
    /// <param name="baseDirectory">The project's or the working directory, absolute.</param>
    public string Directory(Setting setting, string baseDirectory)
    {
        var file = Find(setting)?.Origin.File;
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(Text(setting), file is null ? baseDirectory : Path.GetDirectoryName(file)!));
    }

    /// <summary>Where this machine remembers digests, absolute: the setting, or a place of Clustrix's own in the user's cache.</summary>
    /// <param name="baseDirectory">The project's or the working directory, absolute.</param>
    /// <param name="environment">The environment variables; tell where the user's cache lies.</param>
    public string CacheDirectory(string baseDirectory, IReadOnlyDictionary<string, string> environment)
    {
        if (Text(SettingsSchema.CacheDirectory).Length > 0)
        {
            return Directory(SettingsSchema.CacheDirectory, baseDirectory);
        }

        var cache = environment.GetValueOrDefault("XDG_CACHE_HOME", "");
        return Path.GetFullPath(cache.Length > 0 ? Path.Combine(cache, "clustrix/client") : Path.Combine(environment.GetValueOrDefault("HOME", ""), ".cache/clustrix/client"), baseDirectory);
    }

    private static IEnumerable<SettingValue> OfFile(ConfigurationFile file, string cluster) =>
        file.NamedClusters.GetValueOrDefault(cluster, []).Concat(file.Values);

    private static SettingValue Default(Setting setting) => new(setting, [setting.Default!], new SettingOrigin(SettingLayer.Default, setting.Name));

    private static IEnumerable<Problem> Faults(SettingValue value) =>
        value.Texts.Select(value.Setting.Fault).Append(value.Setting.Fault(value.Texts)).OfType<string>()
            .Select(fault => new Problem(value.Setting.FaultCode, $"{fault} (From {value.Origin}.)", value.Origin.File, value.Origin.Line, value.Origin.Column));

    private static IEnumerable<Problem> UnknownCluster(SettingValue cluster, IReadOnlyList<ConfigurationFile> files)
    {
        string[] known = [Local, .. files.SelectMany(file => file.NamedClusters.Keys).Where(name => name != Local).Distinct().Order(StringComparer.Ordinal)];
        return known.Contains(cluster.Text) || ClusterAddress.Is(cluster.Text)
            ? []
            : [new Problem(
                ErrorCode.UnknownCluster,
                $"There is no cluster '{cluster.Text}' (from {cluster.Origin}). There are: {string.Join(", ", known.Select(name => $"'{name}'"))}; or write {ClusterAddress.Forms}.",
                cluster.Origin.File,
                cluster.Origin.Line,
                cluster.Origin.Column)];
    }
}
