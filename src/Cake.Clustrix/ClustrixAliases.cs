using Cake.Core.Annotations;

namespace Cake.Clustrix;

/// <summary>
/// Sends work to a cluster and brings the results back. The aliases have the names of the MSBuild targets; what their settings leave
/// out comes from environment variables, <c>clustrix.json</c>, or the defaults.
/// </summary>
[CakeAliasCategory("Clustrix")]
[CakeNamespaceImport("Cake.Clustrix")]
[CakeNamespaceImport("Clustrix.Results")]
[CakeNamespaceImport("Clustrix.Runs")]
[CakeNamespaceImport("Clustrix.Snapshots")]
public static partial class ClustrixAliases
{
    private static T Configured<T>(Action<T> configure)
        where T : ClustrixSettings, new()
    {
        ArgumentNullException.ThrowIfNull(configure);
        var settings = new T();
        configure(settings);
        return settings;
    }
}
