namespace Clustrix.Configuration;

/// <summary>The layers from which a value may come, the strongest first.</summary>
public enum SettingLayer
{
    /// <summary>A property, an option, or a property of an alias's settings.</summary>
    Argument,

    /// <summary>An environment variable.</summary>
    Environment,

    /// <summary>The <c>clustrix.json</c> beside the project.</summary>
    ProjectFile,

    /// <summary>The <c>clustrix.json</c> at the root of the repository.</summary>
    RepositoryFile,

    /// <summary>The <c>clustrix.json</c> in the user's configuration directory.</summary>
    UserFile,

    /// <summary>The schema.</summary>
    Default,
}

/// <summary>Where a value comes from.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Name">What the value is called there: a property, an option, a variable, or a path of names in a file.</param>
/// <param name="File">The file; null where there is none.</param>
/// <param name="Line">The line in it, from 1; 0 where it isn't known.</param>
/// <param name="Column">The column in the line, from 1; 0 where it isn't known.</param>
public sealed record SettingOrigin(SettingLayer Layer, string Name, string? File = null, int Line = 0, int Column = 0)
{
    /// <summary>The origin in a few words, such as <c>environment CLUSTRIX_WORKERS</c> or <c>/home/me/clustrix.json(3,5)</c>.</summary>
    public override string ToString() => Layer switch
    {
        SettingLayer.Argument => Name,
        SettingLayer.Environment => $"environment {Name}",
        SettingLayer.Default => "default",
        _ => $"{File}({Line},{Column})",
    };
}
