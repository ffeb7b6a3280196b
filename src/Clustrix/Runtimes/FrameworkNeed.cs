namespace Clustrix.Runtimes;

/// <summary>A framework that a program of the payload needs.</summary>
/// <param name="Program">The program's <c>runtimeconfig.json</c>, as a path in the payload.</param>
/// <param name="Name">The framework's name, such as <c>Microsoft.NETCore.App</c>.</param>
/// <param name="Version">The lowest version.</param>
/// <param name="RollForward">The host's policy for other versions, as .NET names it; <c>Minor</c> unless the program says something else.</param>
internal sealed record FrameworkNeed(string Program, string Name, FrameworkVersion Version, string RollForward)
{
    /// <summary>Whether .NET's host would take a version.</summary>
    /// <remarks>https://learn.microsoft.com/dotnet/core/versions/selection</remarks>
    public bool Takes(FrameworkVersion version) => version.CompareTo(Version) >= 0 && RollForward switch
    {
        "Disable" => version == Version,
        "LatestPatch" => (version.Number.Major, version.Number.Minor) == (Version.Number.Major, Version.Number.Minor),
        "Major" or "LatestMajor" => true,
        _ => version.Number.Major == Version.Number.Major,
    };
}
