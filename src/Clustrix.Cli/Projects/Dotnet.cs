using System.ComponentModel;
using System.Diagnostics;
using Clustrix.Diagnostics;

namespace Clustrix.Cli.Projects;

/// <summary>Runs the <c>dotnet</c> command.</summary>
/// <param name="surroundings">Where from.</param>
internal sealed class Dotnet(Surroundings surroundings)
{
    /// <summary>The version of the SDK that builds in a directory.</summary>
    /// <exception cref="ClustrixException">There is none, or not the one that a <c>global.json</c> asks for (<see cref="ErrorCode.SdkMissing"/>).</exception>
    public async Task<string> VersionAsync(string directory, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        var exitCode = await RunAsync(directory, ["--version"], lines.Add, cancellationToken).ConfigureAwait(false);
        return exitCode == 0 && lines is [var version, ..] && char.IsAsciiDigit(version.FirstOrDefault())
            ? version
            : throw Missing(directory, lines);
    }

    /// <summary>Runs it to its end.</summary>
    /// <param name="directory">Where it starts.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="onLine">Gets each line that it writes to either stream; isn't called twice at once.</param>
    /// <param name="cancellationToken">Interrupts it, as Ctrl-C would: it gets the time to cancel what it has begun.</param>
    /// <returns>Its exit code.</returns>
    public async Task<int> RunAsync(string directory, IEnumerable<string> arguments, Action<string> onLine, CancellationToken cancellationToken)
    {
        using var process = Start(directory, arguments);
        using var signals = new ChildSignals(process.Id, cancellationToken);
        var turn = new Lock();
        await Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError)).ConfigureAwait(false);
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return process.ExitCode;

        async Task ReadAsync(StreamReader reader)
        {
            while (await reader.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
            {
                lock (turn)
                {
                    onLine(line);
                }
            }
        }
    }

    // In a session of its own, so that Ctrl-C at the terminal reaches it once: through this tool.
    private Process Start(string directory, IEnumerable<string> arguments)
    {
        var setsid = surroundings.Environment.GetValueOrDefault("PATH", "").Split(':').Select(folder => Path.Combine(folder, "setsid")).FirstOrDefault(File.Exists);
        var start = new ProcessStartInfo(setsid ?? "dotnet", setsid is null ? arguments : ["dotnet", .. arguments])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Win32Exception e)
        {
            throw new ClustrixException(ErrorCode.SdkMissing, $"'dotnet' can't be started: {e.Message}. Install the .NET SDK, and put it on the PATH.", e);
        }
    }

    // What dotnet says of it takes several lines; the first that tells something is enough.
    private static ClustrixException Missing(string directory, List<string> said)
    {
        var told = said.Select(line => line.Trim()).Where(line => line.Length > 0).ToList();
        var wanted = told.FirstOrDefault(line => line.StartsWith("Requested SDK version", StringComparison.Ordinal));
        var file = told.FirstOrDefault(line => line.StartsWith("global.json file", StringComparison.Ordinal));
        return new ClustrixException(
            ErrorCode.SdkMissing,
            wanted is null
                ? $"There is no .NET SDK for '{directory}': {string.Join(" ", told.Take(2))} Install one; 'dotnet --list-sdks' shows what is there."
                : $"The .NET SDK that is asked for isn't installed ({wanted}; {file}). Install it, or change the version in that file; 'dotnet --list-sdks' shows what is there.");
    }
}
