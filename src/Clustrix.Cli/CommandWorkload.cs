using System.Globalization;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Snapshots;
using Clustrix.Workloads;

namespace Clustrix.Cli;

/// <summary>Makes a workload of one command line.</summary>
internal sealed class CommandWorkload(ResolvedSettings settings)
{
    private const string Index = "CLUSTRIX_ITEM_INDEX";
    private const string Count = "CLUSTRIX_ITEM_COUNT";

    /// <summary>Makes it.</summary>
    /// <param name="name">The item's name; with several items, that and its index.</param>
    /// <param name="command">The command in shell.</param>
    /// <param name="count">How many items; null for one that isn't told a number.</param>
    /// <param name="payload">Their files.</param>
    /// <param name="snapshot">What they depend on.</param>
    /// <exception cref="ClustrixException">Everything that is wrong with the items.</exception>
    public Workload Make(string name, string command, int? count, Payload payload, Snapshot snapshot)
    {
        var problems = new List<Problem>();
        var template = Template(name, command, problems);
        Item[] items = count is null ? [template] : [.. Enumerable.Range(0, count.Value).Select(index => Numbered(template, index, count.Value))];
        problems.AddRange(ItemRules.Check([.. items.Select(item => new DeclaredItem(item))]).DistinctBy(problem => problem.Message));
        return problems.Count == 0
            ? new Workload(items, payload, EnvironmentHash.Of(snapshot).Value, settings.Text(SettingsSchema.Salt))
            : throw new ClustrixException(problems);
    }

    private Item Template(string name, string command, List<Problem> problems)
    {
        _ = Duration.TryParse(settings.Text(SettingsSchema.Timeout), out var timeout);
        _ = ByteSize.TryParse(settings.Text(SettingsSchema.Memory), out var memory);
        return new Item
        {
            Name = name,
            Command = command,
            WorkingDirectory = settings.Text(SettingsSchema.WorkingDirectory),
            Timeout = timeout,
            Cpus = settings.Count(SettingsSchema.Cpus),
            Memory = memory,
            Retries = settings.Count(SettingsSchema.Retries),
            RetryOn = settings.Find(SettingsSchema.RetryOn) is { } causes ? RetryCausesText.Read(causes.Texts) : RetryCauses.All,
            Outputs = settings.Find(SettingsSchema.Outputs)?.Texts ?? [],
            Environment = Variables(problems),
            Modules = settings.Texts(SettingsSchema.Modules),
            Setup = settings.Texts(SettingsSchema.Setup),
        };
    }

    private Dictionary<string, string> Variables(List<Problem> problems)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in settings.Find(SettingsSchema.Environment)?.Texts ?? [])
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                problems.Add(new Problem(ErrorCode.BadValue, $"'{text}' isn't a variable for Environment. Write NAME=value."));
            }
            else
            {
                variables[text[..equals]] = text[(equals + 1)..];
            }
        }

        return variables;
    }

    private static Item Numbered(Item template, int index, int count) => template with
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"{template.Name}-{index}"),
        Environment = new Dictionary<string, string>(template.Environment)
        {
            [Index] = index.ToString(CultureInfo.InvariantCulture),
            [Count] = count.ToString(CultureInfo.InvariantCulture),
        },
    };
}
