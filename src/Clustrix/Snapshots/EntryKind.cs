namespace Clustrix.Snapshots;

/// <summary>What an entry of a snapshot tells about.</summary>
public enum EntryKind
{
    /// <summary>A project output: its path in the output directory, and its content.</summary>
    File,

    /// <summary>A shared framework that the program refers to.</summary>
    Framework,

    /// <summary>The C library of the machine, with its version. The entry has no name.</summary>
    Libc,

    /// <summary>A native library that a package brings, and the package's id.</summary>
    Native,

    /// <summary>A package, its version and its content hash.</summary>
    Package,

    /// <summary>The project itself or one that it refers to, and its version.</summary>
    Project,

    /// <summary>The platform, such as <c>linux-x64</c>. The entry has no name.</summary>
    Rid,

    /// <summary>The version of the .NET runtime. The entry has no name.</summary>
    Runtime,

    /// <summary>The version of the .NET SDK. The entry has no name.</summary>
    Sdk,

    /// <summary>The target framework, such as <c>net10.0</c>. The entry has no name.</summary>
    Target,

    /// <summary>A tool that the project lists, and its version.</summary>
    Tool,

    /// <summary>An environment variable that the project lists, and the digest of its value.</summary>
    Variable,
}
