using System.Globalization;
using Cake.Core;
using Cake.Core.IO;
using Clustrix.Configuration;

namespace Cake.Clustrix.Input;

/// <summary>Reads the settings that a script has set: the properties that are named after a setting and aren't null.</summary>
internal static class AliasArguments
{
    public static IEnumerable<SettingValue> Read(ClustrixSettings settings, ICakeEnvironment environment)
    {
        var type = settings.GetType();
        return from setting in SettingsSchema.All
               let texts = Texts(type.GetProperty(setting.Name)?.GetValue(settings), environment)
               where texts.Count > 0
               select new SettingValue(setting, texts, new SettingOrigin(SettingLayer.Argument, $"{type.Name}.{setting.Name}"));
    }

    private static IReadOnlyList<string> Texts(object? value, ICakeEnvironment environment) => value switch
    {
        null => [],
        bool flag => [flag ? "true" : "false"],
        TimeSpan time => [Duration.Format(time)],
        DirectoryPath directory => [directory.MakeAbsolute(environment).FullPath],
        FilePath file => [file.MakeAbsolute(environment).FullPath],
        IDictionary<string, string> variables => [.. variables.Select(variable => $"{variable.Key}={variable.Value}")],
        IEnumerable<string> texts => [.. texts],
        _ => [Convert.ToString(value, CultureInfo.InvariantCulture)!],
    };
}
