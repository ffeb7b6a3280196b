using Clustrix.Configuration;

namespace Clustrix.MSBuild.Input;

/// <summary>Every name that a project may set. What isn't here is a slip of the keyboard, and is told instead of being passed over.</summary>
internal static class KnownNames
{
    /// <summary>The metadata of a <c>ClustrixItem</c>.</summary>
    public static readonly string[] Item =
        ["Command", "Arguments", .. SettingsSchema.All.Where(setting => setting.Scope == SettingScope.Item).Select(setting => setting.Name)];

    /// <summary>The metadata of a <c>ClustrixPayload</c>.</summary>
    public static readonly string[] Payload = ["Destination", "Exclude"];

    /// <summary>The properties that only a build has; the others are the settings.</summary>
    public static readonly string[] OfBuilds =
    [
        "ClustrixOwnMetadata", "ClustrixTasksAssembly", "ClustrixRunId", "ClustrixDryRun",
        "ClustrixSnapshotDependsOn", "ClustrixHashDependsOn", "ClustrixPushDependsOn", "ClustrixRunDependsOn",
    ];

    /// <summary>The properties.</summary>
    public static readonly string[] Properties = [.. SettingsSchema.All.Select(setting => setting.PropertyName), .. OfBuilds];
}
