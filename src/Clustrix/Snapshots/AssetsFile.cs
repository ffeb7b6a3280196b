using Clustrix.Diagnostics;

namespace Clustrix.Snapshots;

/// <summary>What a restore resolved for one target of a project: <c>obj/project.assets.json</c>, as far as a snapshot needs it.</summary>
public sealed record AssetsFile
{
    private const string Remedy = "Delete it and run 'dotnet restore'.";

    /// <summary>The target that was read, such as <c>net10.0</c> or <c>net10.0/linux-x64</c>.</summary>
    public required string Target { get; init; }

    /// <summary>The packages of the target.</summary>
    public required IReadOnlyList<RestoredPackage> Packages { get; init; }

    /// <summary>The projects that the project refers to, also through others.</summary>
    public required IReadOnlyList<ReferencedProject> Projects { get; init; }

    /// <summary>The shared frameworks that the project or one of its packages refers to, sorted.</summary>
    public required IReadOnlyList<string> FrameworkReferences { get; init; }

    /// <summary>The directories in which packages lie, in the order in which they are searched.</summary>
    public required IReadOnlyList<string> PackageFolders { get; init; }

    /// <summary>The package sources that the restore could use: addresses and directories.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>The packages that the project itself asks for, with the versions it takes.</summary>
    public required IReadOnlyList<RequestedVersion> Requested { get; init; }

    /// <summary>The ids and names of the packages and projects that the project itself refers to.</summary>
    public required IReadOnlyList<string> DirectDependencies { get; init; }

    /// <summary>Reads one target of an assets file.</summary>
    /// <param name="path">The file, usually <c>obj/project.assets.json</c>.</param>
    /// <param name="targetFramework">The target framework as the project writes it, such as <c>net10.0</c>.</param>
    /// <param name="runtimeIdentifier">The platform to look for first, such as <c>linux-x64</c>; where the restore knows none of that name, or for null, the target without a platform is read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ClustrixException">
    /// The project isn't restored, or not for this target (<see cref="ErrorCode.NoAssetsFile"/>); or the file can't be read
    /// (<see cref="ErrorCode.CorruptAssetsFile"/>), with line and column.
    /// </exception>
    public static async Task<AssetsFile> ReadAsync(string path, string targetFramework, string? runtimeIdentifier, CancellationToken cancellationToken)
    {
        var reader = new AssetsFileReader(targetFramework, runtimeIdentifier);
        try
        {
            var file = await JsonDocumentFile.ReadAsync(path, reader.Read, ErrorCode.CorruptAssetsFile, Remedy, cancellationToken).ConfigureAwait(false);
            return file ?? throw NotRestored(path, $"The project isn't restored for '{targetFramework}': '{path}' has {Known(reader.Targets)}. Choose one of them, or run 'dotnet restore' in the project's directory.");
        }
        catch (FileNotFoundException missing)
        {
            throw NotRestored(path, $"The project isn't restored: there is no '{path}'. Run 'dotnet restore' in the project's directory.", missing);
        }
    }

    private static ClustrixException NotRestored(string path, string message, Exception? inner = null) =>
        new([new Problem(ErrorCode.NoAssetsFile, message, path)], inner);

    private static string Known(IReadOnlyCollection<string> targets) =>
        targets.Count == 0 ? "no target" : string.Join(", ", targets.Select(name => $"'{name}'"));
}
