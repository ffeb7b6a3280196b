using System.Diagnostics;
using Clustrix.Testing;

namespace Clustrix.Tests.Workloads;

/// <summary>Changes a test's directory by means that .NET doesn't have.</summary>
internal static class Shell
{
    public static async Task RunAsync(TempDirectory directory, string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", script]) { WorkingDirectory = directory.Root })!;
        await shell.WaitForExitAsync();
        shell.ExitCode.ShouldBe(0);
    }
}
