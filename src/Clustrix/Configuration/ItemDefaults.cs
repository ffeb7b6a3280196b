using Clustrix.Diagnostics;
using Clustrix.Workloads;

namespace Clustrix.Configuration;

/// <summary>What an item takes for everything that it doesn't say itself.</summary>
public static class ItemDefaults
{
    /// <summary>Makes an item without a name and a command of the settings of <see cref="SettingScope.Item"/>.</summary>
    /// <param name="settings">The settings.</param>
    /// <exception cref="ClustrixException">A variable isn't written as <c>NAME=value</c>; all such at once (<see cref="ErrorCode.BadValue"/>).</exception>
    public static Item Read(ResolvedSettings settings) => new()
    {
        Name = "",
        Command = "",
        WorkingDirectory = settings.Text(SettingsSchema.WorkingDirectory),
        Timeout = settings.Duration(SettingsSchema.Timeout),
        Cpus = settings.Count(SettingsSchema.Cpus),
        Nodes = settings.Count(SettingsSchema.Nodes),
        Memory = settings.Size(SettingsSchema.Memory),
        Outputs = settings.Texts(SettingsSchema.Outputs),
        Environment = ReadVariables(settings.Find(SettingsSchema.Environment)),
        Modules = settings.Texts(SettingsSchema.Modules),
        Setup = settings.Texts(SettingsSchema.Setup),
        Retries = settings.Count(SettingsSchema.Retries),
        RetryOn = settings.Find(SettingsSchema.RetryOn) is { } causes ? RetryCausesText.Read(causes.Texts) : RetryCauses.All,
    };

    private static Dictionary<string, string> ReadVariables(SettingValue? value)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        var problems = new List<Problem>();
        foreach (var text in value?.Texts ?? [])
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                variables[text[..equals]] = text[(equals + 1)..];
                continue;
            }

            var origin = value!.Origin;
            problems.Add(new Problem(ErrorCode.BadValue, $"'{text}' isn't a variable for Environment. Write NAME=value. (From {origin}.)", origin.File, origin.Line, origin.Column));
        }

        return problems.Count == 0 ? variables : throw new ClustrixException(problems);
    }
}
