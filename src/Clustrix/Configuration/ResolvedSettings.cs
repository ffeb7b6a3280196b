using Clustrix.Diagnostics;

namespace Clustrix.Configuration;

/// <summary>All layers put together: for each setting the strongest value, and where it comes from.</summary>
public sealed class ResolvedSettings
{
    private const string Local = "local";

    private readonly Dictionary<Setting, SettingValue> _values;

    private ResolvedSettings(Dictionary<Setting, SettingValue> values)
    {
        _values = values;
    }

    /// <summary>Every setting with its value and origin, sorted by name. A setting without a value and without a default isn't here.</summary>
    public IEnumerable<SettingValue> Values => SettingsSchema.All.Where(_values.ContainsKey).Select(setting => _values[setting]);

    /// <summary>Puts the layers together.</summary>
    /// <param name="arguments">Properties, options, or what an alias's settings hold; each value with its name there as the origin.</param>
    /// <param name="environment">The environment variables.</param>
    /// <param name="files">The <c>clustrix.json</c> files that there are, the strongest first.</param>
    /// <exception cref="ClustrixException">A value can't be used, a variable with our prefix is unknown, or the cluster isn't defined; all of it at once.</exception>
    public static ResolvedSettings Resolve(
        IEnumerable<SettingValue> arguments, IReadOnlyDictionary<string, string> environment, IReadOnlyList<ConfigurationFile> files)
    {
        var problems = new List<Problem>();
        var given = arguments.Concat(FromEnvironment(environment)).ToList();
        problems.AddRange(given.SelectMany(Faults));
        var values = new Dictionary<Setting, SettingValue>();
        Take(given);
        foreach (var file in files)
        {
            var cluster = values.TryGetValue(SettingsSchema.Cluster, out var named) ? named : file.Values.FirstOrDefault(v => v.Setting == SettingsSchema.Cluster);
            Take(cluster is not null && file.NamedClusters.TryGetValue(cluster.Text, out var own) ? own : []);
            Take(file.Values);
        }

        Take(SettingsSchema.All.Where(setting => setting.Default is not null).Select(setting =>
            new SettingValue(setting, setting.Kind == SettingKind.List ? [] : [setting.Default!], new SettingOrigin(SettingLayer.Default, setting.Name))));
        problems.AddRange(UnknownCluster(values[SettingsSchema.Cluster], files));
        return problems.Count == 0 ? new ResolvedSettings(values) : throw new ClustrixException(problems);

        void Take(IEnumerable<SettingValue> layer)
        {
            foreach (var value in layer)
            {
                values.TryAdd(value.Setting, value);
            }
        }
    }

    /// <summary>The value of a setting; null when nobody set it and it has no default.</summary>
    public SettingValue? Find(Setting setting) => _values.GetValueOrDefault(setting);

    /// <summary>The value as text; empty when there is none.</summary>
    public string Text(Setting setting) => Find(setting)?.Text ?? "";

    /// <summary>The value of a switch.</summary>
    public bool Switch(Setting setting) => bool.Parse(Text(setting));

    /// <summary>The value of a count.</summary>
    public int Count(Setting setting) => int.Parse(Text(setting), System.Globalization.CultureInfo.InvariantCulture);

    private static IEnumerable<SettingValue> FromEnvironment(IReadOnlyDictionary<string, string> environment) =>
        SettingsSchema.All
            .Where(setting => environment.GetValueOrDefault(setting.VariableName, "").Length > 0)
            .Select(setting => new SettingValue(
                setting,
                setting.Kind == SettingKind.List ? environment[setting.VariableName].Split(';', StringSplitOptions.RemoveEmptyEntries) : [environment[setting.VariableName]],
                new SettingOrigin(SettingLayer.Environment, setting.VariableName)));

    private static IEnumerable<Problem> Faults(SettingValue value) =>
        value.Texts.Select(value.Setting.Fault).Where(fault => fault is not null)
            .Select(fault => new Problem(value.Setting.FaultCode, $"{fault} (From {value.Origin}.)", value.Origin.File, value.Origin.Line, value.Origin.Column));

    private static IEnumerable<Problem> UnknownCluster(SettingValue cluster, IReadOnlyList<ConfigurationFile> files)
    {
        string[] known = [Local, .. files.SelectMany(file => file.NamedClusters.Keys).Distinct().Order(StringComparer.Ordinal)];
        return known.Contains(cluster.Text)
            ? []
            : [new Problem(
                ErrorCode.UnknownCluster,
                $"There is no cluster '{cluster.Text}' (from {cluster.Origin}). There are: {string.Join(", ", known)}.",
                cluster.Origin.File,
                cluster.Origin.Line,
                cluster.Origin.Column)];
    }
}
