using System.Diagnostics;

namespace Clustrix.Tests.Conventions;

public sealed class ShellScripts
{
    [ShellcheckFact]
    public void Every_script_passes_shellcheck()
    {
        Shellcheck([.. Repository.FilesUnder("", ".sh").Where(file => !file.StartsWith("src/", StringComparison.Ordinal)), ".ci/run"]);
    }

    private static void Shellcheck(params string[] arguments)
    {
        var start = new ProcessStartInfo("shellcheck", arguments) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true };
        using var shellcheck = Process.Start(start)!;
        var findings = shellcheck.StandardOutput.ReadToEnd();
        shellcheck.WaitForExit();
        shellcheck.ExitCode.ShouldBe(0, findings);
    }
}
