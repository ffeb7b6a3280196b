using System.Diagnostics;
using Clustrix.Node;
using Clustrix.Testing;

namespace Clustrix.Tests.Conventions;

public sealed class ShellScripts
{
    private const int LongestPart = 400;
    private const int ReadableInOneSitting = 1000;

    private const string NodeFolder = "src/Clustrix/Node/";

    [ShellcheckFact]
    public void Every_script_passes_shellcheck()
    {
        Shellcheck([.. Repository.FilesUnder("", ".sh").Except(Repository.FilesUnder(NodeFolder, ".sh")), ".ci/run"]);
    }

    [ShellcheckFact]
    public void The_node_program_passes_shellcheck_as_POSIX_sh()
    {
        using var directory = new TempDirectory();
        Shellcheck("-s", "sh", directory.Write("node.sh", NodeProgram.Text), directory.Write("bootstrap.sh", NodeProgram.Bootstrap));
    }

    /// <summary>Comments help the reader: what counts is the code.</summary>
    [Fact]
    public void The_node_program_can_be_read_in_one_sitting()
    {
        var parts = Repository.FilesUnder(NodeFolder, ".sh").Select(file => Repository.Read(file).Split('\n')).ToList();

        parts.Max(lines => lines.Length).ShouldBeLessThan(LongestPart);
        parts.Sum(lines => lines.Count(line => line.Trim() is { Length: > 0 } code && code[0] != '#')).ShouldBeInRange(1, ReadableInOneSitting - 1);
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
