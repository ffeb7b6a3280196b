using Clustrix.Diagnostics;
using Clustrix.Workloads;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild.Input;

/// <summary>Makes the core's items of a project's <c>ClustrixItem</c>s.</summary>
internal sealed class ItemReader(ProjectSources sources, ICollection<Problem> problems)
{
    private static readonly Item Defaults = new() { Name = "", Command = "" };

    /// <summary>Reads one item.</summary>
    public Item Read(ITaskItem item)
    {
        var metadata = new Metadata(item, "ClustrixItem", sources, problems);
        return new Item
        {
            Name = item.ItemSpec,
            Command = $"{metadata.Text("Command")} {metadata.Text("Arguments")}".Trim(),
            WorkingDirectory = metadata.Text("WorkingDirectory"),
            Timeout = metadata.Duration("Timeout", Defaults.Timeout),
            Cpus = metadata.Integer("Cpus", Defaults.Cpus),
            Memory = metadata.Size("Memory", Defaults.Memory),
            Outputs = metadata.List("Outputs"),
            Environment = metadata.Pairs("Environment"),
            Retries = metadata.Integer("Retries", Defaults.Retries),
        };
    }
}
