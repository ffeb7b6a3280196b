namespace Clustrix.Cli.Projects;

/// <summary>What can be built and run.</summary>
internal enum BuildTargetKind
{
    /// <summary>A project.</summary>
    Project,

    /// <summary>A solution.</summary>
    Solution,

    /// <summary>A program in one C# file.</summary>
    ProgramFile,
}
