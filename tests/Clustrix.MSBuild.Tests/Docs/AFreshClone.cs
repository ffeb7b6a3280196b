using Clustrix.Testing;

namespace Clustrix.MSBuild.Tests.Docs;

/// <summary>What the pages tell a reader to type after a clone, typed into the shell of a user who has nothing yet but the packages' cache.</summary>
public sealed class AFreshClone : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Does_what_its_pages_say()
    {
        await CloneAsync();

        // This test is a part of it, and can't run itself.
        _directory.Write("clone/eng/test.sh", "echo the tests would run\n");

        (await RunAsync("README.md")).ShouldSatisfyAllConditions(
            output => output.ShouldMatch(@"src/Clustrix +\d+ +\d+"),
            output => output.ShouldMatch(@"Clustrix: \d+ items: \d+ passed\."),
            output => output.ShouldContain("the tests would run"));
        (await RunAsync("samples/CodeMetrics/README.md")).ShouldMatch(@"(\d+) items: \1 passed \(\1 reused\)");
        (await RunAsync("samples/Hello/README.md")).ShouldContain("2 items: 2 passed.");
        (await RunAsync("samples/Hello/README.md")).ShouldContain("2 items: 2 passed (2 reused).");
    }

    // Every file that is committed or about to be, as git has it.
    private async Task CloneAsync()
    {
        var listed = await ChildProcess.RunAsync(
            "git", ["-c", $"safe.directory={Repository.Root}", "-c", "core.quotePath=false", "ls-files", "--cached", "--others", "--exclude-standard"], Repository.Root, Limit);
        listed.ExitCode.ShouldBe(0, listed.Output);
        foreach (var file in listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd()).Where(file => File.Exists(Repository.At(file))))
        {
            var copy = _directory["clone/" + file];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Repository.At(file), copy, overwrite: true);
        }
    }

    private async Task<string> RunAsync(string page)
    {
        var block = CodeBlock.Of(page, "sh").Single(block => block.FirstLine.StartsWith("dotnet build samples/", StringComparison.Ordinal));
        var outcome = await ChildProcess.RunAsync("sh", ["-eu", "-c", block.Text], _directory["clone"], Limit, new Dictionary<string, string>
        {
            ["HOME"] = Directory.CreateDirectory(_directory["home"]).FullName,
            ["NUGET_PACKAGES"] = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetEnvironmentVariable("HOME")!, ".nuget/packages"),
        });
        outcome.ExitCode.ShouldBe(0, $"{page}({block.Line}):\n{outcome.Output}");
        return outcome.Output;
    }
}
