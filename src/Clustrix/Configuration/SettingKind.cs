namespace Clustrix.Configuration;

/// <summary>What a setting takes.</summary>
public enum SettingKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>A directory: absolute, or relative to the file that names it, to the project, or to the working directory.</summary>
    Directory,

    /// <summary>A file: absolute, or relative to the file that names it, to the project, or to the working directory.</summary>
    File,

    /// <summary>One of a few words.</summary>
    Choice,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Switch,

    /// <summary>A whole number from the setting's minimum on.</summary>
    Count,

    /// <summary>A length of time with its unit; see <see cref="Configuration.Duration"/>.</summary>
    Duration,

    /// <summary>A number of bytes with its unit; see <see cref="ByteSize"/>.</summary>
    Size,

    /// <summary>Several texts, separated by <c>;</c> where only one text can be written.</summary>
    List,
}
