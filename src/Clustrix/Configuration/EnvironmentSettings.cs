using Clustrix.Diagnostics;
using Clustrix.Workloads;

namespace Clustrix.Configuration;

/// <summary>The settings that environment variables hold.</summary>
internal static class EnvironmentSettings
{
    private const string Prefix = "CLUSTRIX_";

    // An item of many has its number, too.
    private const string ItemPrefix = "CLUSTRIX_ITEM";

    /// <summary>The values. An empty variable counts as none.</summary>
    public static IEnumerable<SettingValue> Read(IReadOnlyDictionary<string, string> environment) =>
        from setting in SettingsSchema.All
        let text = environment.GetValueOrDefault(setting.VariableName, "")
        where text.Length > 0
        select new SettingValue(
            setting,
            setting.Kind == SettingKind.List ? text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [text.Trim()],
            new SettingOrigin(SettingLayer.Environment, setting.VariableName));

    /// <summary>The variables with our prefix that nothing reads.</summary>
    public static IEnumerable<Problem> Unknown(IReadOnlyDictionary<string, string> environment)
    {
        string[] known = [.. SettingsSchema.All.Select(setting => setting.VariableName)];
        return environment.Keys
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && !name.StartsWith(ItemPrefix, StringComparison.Ordinal))
            .Except(known)
            .Except(VariableName.ToldToItems) // An item may use Clustrix itself.
            .Order(StringComparer.Ordinal)
            .Select(name => new Problem(ErrorCode.UnknownSetting, $"The environment variable '{name}' is set, and nothing reads it. {NearestName.Hint(name, known)}"));
    }
}
