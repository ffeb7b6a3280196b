using System.Diagnostics;

namespace Clustrix.Bench;

/// <summary>Runs <c>dotnet</c> without build servers, so that every call costs the same and nothing stays behind.</summary>
internal static class DotnetCommand
{
    /// <summary>Returns what the command printed; a failing command is an exception with all of it.</summary>
    public static async Task<string> RunAsync(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            Environment =
            {
                ["MSBUILDDISABLENODEREUSE"] = "1",
                ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
                ["UseSharedCompilation"] = "false",
                ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
                ["DOTNET_NOLOGO"] = "1",
            },
        };
        using var dotnet = Process.Start(start) ?? throw new InvalidOperationException("dotnet can't be started");
        var output = await dotnet.StandardOutput.ReadToEndAsync();
        await dotnet.WaitForExitAsync();
        return dotnet.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)} in {directory} ended with exit code {dotnet.ExitCode}:\n{output}");
    }
}
