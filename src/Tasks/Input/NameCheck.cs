using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild.Input;

/// <summary>Finds metadata and properties that nothing reads.</summary>
/// <param name="sources">Finds the lines.</param>
/// <param name="ownMetadata">Names that the project keeps on its items for itself.</param>
internal sealed class NameCheck(ProjectSources sources, IReadOnlyCollection<string> ownMetadata)
{
    /// <summary>The unknown metadata of an item.</summary>
    public IEnumerable<Problem> Metadata(ITaskItem item, string itemType, IReadOnlyCollection<string> known)
    {
        // CustomMetadataNames are the ones that the project set; MSBuild's own, such as FullPath, aren't among them.
        var unknown = item.CloneCustomMetadata().Keys.Cast<string>()
            .Where(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase))
            .Where(name => !ownMetadata.Contains(name, StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal);
        foreach (var name in unknown)
        {
            var place = sources.Of(item, itemType, name);
            yield return new Problem(
                ErrorCode.UnknownSetting,
                $"{itemType} '{item.ItemSpec}' has the metadata '{name}', which nothing reads. {NearestName.Hint(name, known)} If it is the project's own, name it in ClustrixOwnMetadata.",
                place.File,
                place.Line,
                place.Column);
        }
    }

    /// <summary>The unknown properties: those of the command line, and those that the project file sets.</summary>
    /// <param name="globalProperties">The names of the global properties.</param>
    public IEnumerable<Problem> Properties(IEnumerable<string> globalProperties)
    {
        var onCommandLine = globalProperties
            .Where(name => name.StartsWith("Clustrix", StringComparison.OrdinalIgnoreCase))
            .Select(name => (Name: name, Place: default(SourcePlace)));
        return onCommandLine.Concat(sources.Properties("Clustrix"))
            .Where(property => !KnownNames.Properties.Contains(property.Name, StringComparer.OrdinalIgnoreCase))
            .OrderBy(property => property.Name, StringComparer.Ordinal)
            .Select(property => new Problem(
                ErrorCode.UnknownSetting,
                $"The property '{property.Name}' is set, and nothing reads it. {NearestName.Hint(property.Name, KnownNames.Properties)}",
                property.Place.File,
                property.Place.Line,
                property.Place.Column));
    }
}
