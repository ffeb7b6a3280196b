using Clustrix.Configuration;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild.Input;

/// <summary>Reads the properties that are settings.</summary>
internal sealed class PropertyReader(ProjectSources sources)
{
    private const string Value = "Value";

    /// <summary>The properties that say something, each with its place in the project file if it is set there.</summary>
    public IEnumerable<SettingValue> Read(IEnumerable<ITaskItem> properties) =>
        from property in properties
        where property.GetMetadata(Value).Trim().Length > 0
        select Read(SettingsSchema.Find(property.ItemSpec)!, new Metadata(property, "", sources, []));

    private SettingValue Read(Setting setting, Metadata metadata)
    {
        var place = sources.Properties(setting.PropertyName)
            .Where(property => property.Name.Equals(setting.PropertyName, StringComparison.OrdinalIgnoreCase))
            .Select(property => property.Place)
            .LastOrDefault();
        return new SettingValue(
            setting,
            setting.Kind == SettingKind.List ? metadata.List(Value) : [metadata.Text(Value)],
            new SettingOrigin(SettingLayer.Argument, setting.PropertyName, place.File, place.Line, place.Column));
    }
}
