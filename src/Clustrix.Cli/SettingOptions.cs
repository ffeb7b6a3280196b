using System.CommandLine;
using Clustrix.Configuration;

namespace Clustrix.Cli;

/// <summary>Options made of the settings schema. What they take is checked where all other sources of a setting are: by the core.</summary>
internal static class SettingOptions
{
    /// <summary>Adds an option for each setting.</summary>
    public static void Add(Command command, params IEnumerable<Setting> settings)
    {
        foreach (var setting in settings)
        {
            command.Options.Add(setting.Kind == SettingKind.List
                ? new Option<string[]>(setting.OptionName) { Description = $"{setting.Help} Once for each.", HelpName = HelpName(setting) }
                : new Option<string>(setting.OptionName) { Description = setting.Help, HelpName = HelpName(setting), Arity = Arity(setting) });
        }
    }

    /// <summary>The settings that were written.</summary>
    public static IReadOnlyList<SettingValue> Read(ParseResult arguments)
    {
        var values = new List<SettingValue>();
        foreach (var setting in SettingsSchema.All)
        {
            var origin = new SettingOrigin(SettingLayer.Argument, setting.OptionName);
            var option = arguments.CommandResult.Command.Options.FirstOrDefault(option => option.Name == setting.OptionName);
            if (option is Option<string[]> list && arguments.GetResult(list) is { Implicit: false })
            {
                values.Add(new SettingValue(setting, arguments.GetValue(list) ?? [], origin));
            }
            else if (option is Option<string> text && arguments.GetResult(text) is { Implicit: false })
            {
                values.Add(new SettingValue(setting, [arguments.GetValue(text) ?? "true"], origin));
            }
        }

        return values;
    }

    // --reuse-results alone is true.
    private static ArgumentArity Arity(Setting setting) => setting.Kind == SettingKind.Switch ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne;

    private static string HelpName(Setting setting) => setting.Kind switch
    {
        SettingKind.Switch => "true|false",
        SettingKind.Count => "number",
        SettingKind.Duration => "duration",
        SettingKind.Size => "size",
        SettingKind.Directory => "directory",
        SettingKind.File => "file",
        SettingKind.Choice => string.Join('|', setting.Choices!),
        _ => "text",
    };
}
