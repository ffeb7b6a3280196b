using System.Diagnostics;
using System.Text.RegularExpressions;
using Clustrix.Node;
using Clustrix.Testing;

namespace Clustrix.Tests.Conventions;

public sealed class ShellScripts
{
    private const int ReadableInOneSitting = 350;

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

    /// <summary>A part has one subject, and is read from its first line to its last.</summary>
    [Fact]
    public void Every_part_of_the_node_program_can_be_read_in_one_sitting() =>
        Repository.FilesUnder(NodeFolder, ".sh").Max(file => Repository.Read(file).Split('\n').Length).ShouldBeLessThan(ReadableInOneSitting);

    /// <summary>Of two functions with one name the shell keeps the last one, without a word.</summary>
    [Fact]
    public void No_function_of_the_node_program_is_there_twice() =>
        Regex.Matches(NodeProgram.Text, @"^(\w+)\(\)", RegexOptions.Multiline).Select(match => match.Groups[1].Value).CountBy(name => name).Where(pair => pair.Value > 1).ShouldBeEmpty();

    /// <summary>A redirection that fails, as on a full disk, ends the shell with a special builtin such as <c>:</c> (POSIX.1-2017, Shell and Utilities, 2.8.1).</summary>
    [Fact]
    public void No_redirection_of_the_node_program_belongs_to_a_special_builtin() =>
        Regex.Matches(NodeProgram.Text, @"(^|[\s;&|({]): +\d?[<>].*", RegexOptions.Multiline).Select(match => match.Value.Trim()).ShouldBeEmpty();

    private static void Shellcheck(params string[] arguments)
    {
        var start = new ProcessStartInfo("shellcheck", arguments) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true };
        using var shellcheck = Process.Start(start)!;
        var findings = shellcheck.StandardOutput.ReadToEnd();
        shellcheck.WaitForExit();
        shellcheck.ExitCode.ShouldBe(0, findings);
    }
}
