using Clustrix.Diagnostics;
using Clustrix.Node;
using Clustrix.Workloads;

namespace Clustrix.Cli.Projects;

/// <summary>A program in one C# file, built for the nodes.</summary>
internal sealed class ProgramFile : IDisposable
{
    private const string Place = "app";

    private readonly string _directory;
    private readonly string _name;

    private ProgramFile(string directory, string name, string sdkVersion)
    {
        _directory = directory;
        _name = name;
        SdkVersion = sdkVersion;
    }

    /// <summary>The version of the SDK that built it.</summary>
    public string SdkVersion { get; }

    /// <summary>Its files, for the payload.</summary>
    public PayloadSource Source => new($"program {_name}", _directory, Place);

    /// <summary>Builds it: for any platform, with the nodes' own runtime.</summary>
    /// <param name="call">The call.</param>
    /// <param name="file">The file, absolute.</param>
    /// <param name="options">How else to build it, as <c>dotnet</c> takes it.</param>
    /// <param name="cancellationToken">Cancels the build.</param>
    /// <exception cref="ClustrixException">There is no SDK, or the file doesn't compile; the compiler's own errors were written before.</exception>
    public static async Task<ProgramFile> BuildAsync(Call call, string file, IReadOnlyList<string> options, CancellationToken cancellationToken)
    {
        var dotnet = new Dotnet(call.Surroundings);
        var name = Path.GetFileNameWithoutExtension(file);
        var version = await dotnet.VersionAsync(Path.GetDirectoryName(file)!, cancellationToken).ConfigureAwait(false);
        var program = new ProgramFile(Directory.CreateTempSubdirectory("clustrix-program-").FullName, name, version);
        try
        {
            await program.PublishAsync(call, dotnet, file, options, cancellationToken).ConfigureAwait(false);
            return program;
        }
        catch
        {
            program.Dispose();
            throw;
        }
    }

    private async Task PublishAsync(Call call, Dotnet dotnet, string file, IReadOnlyList<string> options, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        string[] arguments = ["publish", file, .. options, "-o", _directory, "-p:PublishAot=false", "-p:UseAppHost=false", "-p:Deterministic=true", "-v:quiet", "-nologo", "-tl:off", "-clp:NoSummary"];
        if (await dotnet.RunAsync(Path.GetDirectoryName(file)!, arguments, lines.Add, cancellationToken).ConfigureAwait(false) == 0)
        {
            return;
        }

        foreach (var line in lines)
        {
            await call.Terminal.Error.WriteLineAsync(line).ConfigureAwait(false);
        }

        throw new ClustrixException([new Problem(ErrorCode.ProjectUnusable, "The program doesn't build; the compiler's errors are above. Mend them.", file)]);
    }

    /// <summary>The command that runs it on a node.</summary>
    public string CommandLine(IEnumerable<string> arguments) => ShellText.Join(["dotnet", $"{Place}/{_name}.dll", .. arguments]);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
