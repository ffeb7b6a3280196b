using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Workloads;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild.Input;

/// <summary>Makes the core's items of a project's <c>ClustrixItem</c>s.</summary>
/// <param name="defaults">What holds for everything that an item doesn't say.</param>
/// <param name="sources">Finds the lines.</param>
/// <param name="problems">Gets what can't be read.</param>
internal sealed class ItemReader(Item defaults, ProjectSources sources, ICollection<Problem> problems)
{
    /// <summary>Reads one item.</summary>
    public Item Read(ITaskItem item)
    {
        var metadata = new Metadata(item, "ClustrixItem", sources, problems);
        return new Item
        {
            Name = item.ItemSpec,
            Command = $"{metadata.Text("Command")} {metadata.Text("Arguments")}".Trim(),
            WorkingDirectory = metadata.Text("WorkingDirectory") is { Length: > 0 } directory ? directory : defaults.WorkingDirectory,
            Timeout = metadata.Duration("Timeout", defaults.Timeout),
            Cpus = metadata.Integer("Cpus", defaults.Cpus),
            Nodes = metadata.Integer("Nodes", defaults.Nodes),
            Memory = metadata.Size("Memory", defaults.Memory),
            Outputs = metadata.List("Outputs") is { Count: > 0 } outputs ? outputs : defaults.Outputs,
            Environment = metadata.Pairs("Environment") is { Count: > 0 } variables ? variables : defaults.Environment,
            Modules = metadata.List("Modules") is { Count: > 0 } modules ? modules : defaults.Modules,
            Setup = metadata.List("Setup") is { Count: > 0 } setup ? setup : defaults.Setup,
            Retries = metadata.Integer("Retries", defaults.Retries),
            RetryOn = metadata.Words(SettingsSchema.RetryOn) is { Count: > 0 } causes ? RetryCausesText.Read(causes) : defaults.RetryOn,
        };
    }
}
