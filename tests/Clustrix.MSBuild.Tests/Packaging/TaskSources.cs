using System.Text.RegularExpressions;
using Clustrix.Testing;

namespace Clustrix.MSBuild.Tests.Packaging;

/// <summary>Tasks share one process and one working directory under <c>-mt</c>; what depends on either is banned from their source.</summary>
public sealed partial class TaskSources
{
    // HostEnvironment and Termination are the exceptions; they say why.
    [Fact]
    public void Tasks_touch_neither_the_process_environment_nor_its_directory_nor_its_console()
    {
        var offences = Directory.EnumerateFiles(Repository.At("src/Tasks"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Where(file => Path.GetFileName(file) is not ("HostEnvironment.cs" or "Termination.cs"))
            .SelectMany(file => File.ReadLines(file).Select((line, index) => (file, line, Number: index + 1)))
            .Where(entry => Banned().IsMatch(entry.line))
            .Select(entry => $"{entry.file}:{entry.Number}: {entry.line.Trim()}");

        offences.ShouldBeEmpty();
    }

    [Fact]
    public void Every_task_says_that_it_may_run_on_a_thread_of_MSBuild()
    {
        var tasks = typeof(ClustrixTask).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ClustrixTask)) && !type.IsAbstract);

        tasks.Where(type => type.CustomAttributes.All(a => a.AttributeType.FullName != "Microsoft.Build.Framework.MSBuildMultiThreadableTaskAttribute"))
            .ShouldBeEmpty();
    }

    [GeneratedRegex(@"\bEnvironment\.(?!NewLine)\w|\bConsole\.|Path\.GetFullPath\(\s*[^,()]*\)|Directory\.(Get|Set)CurrentDirectory|new ProcessStartInfo|Process\.Start\(")]
    private static partial Regex Banned();
}
