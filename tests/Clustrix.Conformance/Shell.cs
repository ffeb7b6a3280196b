using System.Diagnostics;

namespace Clustrix.Conformance;

/// <summary>Changes a directory by means that .NET doesn't have.</summary>
internal static class Shell
{
    public static async Task RunAsync(string directory, string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", script]) { WorkingDirectory = directory })!;
        await shell.WaitForExitAsync();
        shell.ExitCode.ShouldBe(0);
    }
}
