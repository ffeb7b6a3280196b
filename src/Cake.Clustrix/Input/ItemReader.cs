using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Workloads;

namespace Cake.Clustrix.Input;

/// <summary>Makes the core's items of a script's.</summary>
/// <param name="defaults">What holds for everything that an item doesn't say.</param>
/// <param name="problems">Gets what is wrong.</param>
internal sealed class ItemReader(Item defaults, List<Problem> problems)
{
    public IReadOnlyList<Item> Read(IEnumerable<ClustrixItem> items)
    {
        Item[] read = [.. items.Select(Read)];
        problems.AddRange(ItemRules.Check([.. read.Select(item => new DeclaredItem(item))]));
        return read;
    }

    private Item Read(ClustrixItem item) => new()
    {
        Name = item.Name,
        Command = item.Command,
        WorkingDirectory = item.WorkingDirectory ?? defaults.WorkingDirectory,
        Timeout = item.Timeout ?? defaults.Timeout,
        Cpus = item.Cpus ?? defaults.Cpus,
        Nodes = item.Nodes ?? defaults.Nodes,
        Memory = item.Memory is null ? defaults.Memory : ReadMemory(item, item.Memory),
        Outputs = item.Outputs.Count > 0 ? [.. item.Outputs] : defaults.Outputs,
        Environment = item.Environment.Count > 0 ? new Dictionary<string, string>(item.Environment, StringComparer.Ordinal) : defaults.Environment,
        Modules = item.Modules.Count > 0 ? [.. item.Modules] : defaults.Modules,
        Setup = item.Setup.Count > 0 ? [.. item.Setup] : defaults.Setup,
        Retries = item.Retries ?? defaults.Retries,
        RetryOn = item.RetryOn.Count > 0 ? ReadCauses(item) : defaults.RetryOn,
    };

    private RetryCauses ReadCauses(ClustrixItem item)
    {
        problems.AddRange(item.RetryOn.Select(SettingsSchema.RetryOn.Fault).OfType<string>().Select(fault => new Problem(ErrorCode.BadValue, $"Item '{item.Name}': {fault}")));
        return RetryCausesText.Read(item.RetryOn);
    }

    private long ReadMemory(ClustrixItem item, string text)
    {
        if (SettingsSchema.Memory.Fault(text) is { } fault)
        {
            problems.Add(new Problem(ErrorCode.BadSize, $"Item '{item.Name}': {fault}"));
        }

        return ByteSize.TryParse(text, out var bytes) ? bytes : 0;
    }
}
