using Clustrix.Diagnostics;
using Clustrix.Workloads;

namespace Clustrix.Runtimes;

/// <summary>The .NET runtime of this machine as a layer, for hosts that have none.</summary>
public static class RuntimeLayer
{
    internal const string Core = "Microsoft.NETCore.App";
    private const string Muxer = "dotnet";

    /// <summary>The parts that a program which was published without its runtime needs: muxer, host resolver and shared frameworks.</summary>
    /// <param name="dotnetRoot">Absolute path of the .NET installation.</param>
    /// <param name="frameworks">Names and versions of the frameworks, such as Microsoft.NETCore.App and <c>10.0.1</c>.</param>
    /// <param name="destination">The directory in the payload that becomes the installation's root, as in <see cref="PayloadSource.Destination"/>.</param>
    /// <returns>The sources of one layer, for <see cref="PayloadBuilder"/>.</returns>
    /// <exception cref="ClustrixException">A part isn't there (<see cref="ErrorCode.PayloadMissing"/>); all missing parts at once.</exception>
    public static IReadOnlyList<PayloadSource> Sources(string dotnetRoot, IReadOnlyList<(string Name, string Version)> frameworks, string destination)
    {
        var core = frameworks.First(framework => framework.Name == Core).Version;
        string[] directories = [$"host/fxr/{core}", .. frameworks.Select(framework => $"shared/{framework.Name}/{framework.Version}")];
        string[] parts = [Muxer, .. directories];
        Problem[] missing =
        [
            .. parts.Where(part => !Path.Exists(Path.Join(dotnetRoot, part))).Select(part => new Problem(
                ErrorCode.PayloadMissing,
                $"The .NET runtime {core} isn't complete in {dotnetRoot.Quote()}: '{part}' isn't there. Install it, or choose a version that 'dotnet --list-runtimes' shows.")),
        ];
        if (missing.Length > 0)
        {
            throw new ClustrixException(missing);
        }

        var layer = $"runtime {core}";
        var root = destination.TrimEnd('/');
        return
        [
            new PayloadSource(layer, Path.Join(dotnetRoot, Muxer), root),
            .. directories.Select(directory => new PayloadSource(layer, Path.Join(dotnetRoot, directory), root.Below(directory))),
        ];
    }
}
