using Clustrix.Diagnostics;
using Clustrix.Workloads;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild.Input;

/// <summary>What a project says about its workload, and everything that is wrong with it.</summary>
internal sealed class WorkloadInput
{
    private readonly string _projectDirectory;
    private readonly NameCheck _names;

    public WorkloadInput(string projectFile, IReadOnlyCollection<string> ownMetadata, IEnumerable<string> globalProperties)
    {
        _projectDirectory = Path.GetDirectoryName(projectFile)!;
        Sources = new ProjectSources(projectFile);
        _names = new NameCheck(Sources, ownMetadata);
        Problems.AddRange(_names.Properties(globalProperties));
    }

    /// <summary>Finds the lines of the project.</summary>
    public ProjectSources Sources { get; }

    /// <summary>What is wrong so far.</summary>
    public List<Problem> Problems { get; } = [];

    public IReadOnlyList<Item> ReadItems(ITaskItem[] items, Item defaults)
    {
        var reader = new ItemReader(defaults, Sources, Problems);
        var declared = new List<DeclaredItem>(items.Length);
        foreach (var item in items)
        {
            Problems.AddRange(_names.Metadata(item, "ClustrixItem", KnownNames.Item));
            var place = Sources.Of(item, "ClustrixItem");
            declared.Add(new DeclaredItem(reader.Read(item), place.File, place.Line));
        }

        Problems.AddRange(ItemRules.Check(declared));
        return [.. declared.Select(d => d.Item)];
    }

    public IReadOnlyList<PayloadSource> ReadPayload(ITaskItem[] payload, ITaskItem[] outputs)
    {
        var reader = new PayloadReader(_projectDirectory, Sources, Problems);
        var read = new List<PayloadSource>(payload.Length + outputs.Length);
        foreach (var item in payload)
        {
            Problems.AddRange(_names.Metadata(item, "ClustrixPayload", KnownNames.Payload));
            read.Add(reader.Declared(item));
        }

        read.AddRange(outputs.Select(reader.Output));

        // The order of items in a project says nothing: the same files must make the same payload.
        return [.. read.OrderBy(source => source.Layer, StringComparer.Ordinal).ThenBy(source => source.Path, StringComparer.Ordinal)];
    }
}
