using Clustrix.Testing;

namespace Cake.Clustrix.Tests.Scripts;

[Collection(ScriptCollection.Name)]
public sealed class Samples(PackedAddin addin)
{
    [Fact]
    public async Task Run_counts_lines_and_takes_what_has_passed_from_before()
    {
        using var scripts = new ScriptDirectory(addin);

        var first = Passed(await scripts.RunAsync("run.cake"));
        var second = Passed(await scripts.RunAsync("run.cake"));

        first.ShouldContain("three: 5 lines\n");
        first.ShouldContain("Clustrix: 3 items: 3 passed.");
        second.ShouldContain("three: 5 lines, as before\n");
        second.ShouldContain("Clustrix: 3 items: 3 passed (3 reused).");
        Directory.EnumerateFiles(scripts["artifacts/clustrix"], "summary.md", SearchOption.AllDirectories).Count().ShouldBe(2);
    }

    [Fact]
    public async Task Failures_goes_on_and_says_why()
    {
        using var scripts = new ScriptDirectory(addin);

        var output = Passed(await scripts.RunAsync("failures.cake"));

        output.ShouldContain("bad failed with exit code 3 after 2 attempts");
        output.ShouldContain("warning CLX5001: Item 'bad'");
        output.ShouldContain("the disk is on fire");
    }

    [Fact]
    public async Task Snapshot_hashes_the_same_from_memory_and_from_its_file()
    {
        using var scripts = new ScriptDirectory(addin);

        var output = Passed(await scripts.RunAsync("snapshot.cake", "--verbosity=diagnostic"));

        output.ShouldContain("the same from the file: True");
        output.ShouldContain("tool model 2026.1");
        File.ReadAllText(scripts["artifacts/environment.json"]).ShouldContain("2026.1");
    }

    [Fact]
    public async Task Project_runs_the_program_that_it_has_built()
    {
        using var scripts = new ScriptDirectory(addin);

        Passed(await scripts.RunAsync("project.cake")).ShouldContain("Hello from the cluster");

        File.ReadAllText(scripts["artifacts/sbom.cdx.json"]).ShouldContain("CycloneDX");
    }

    [Fact]
    public async Task Operations_looks_pushes_lists_and_cleans()
    {
        using var scripts = new ScriptDirectory(addin);

        var output = Passed(await scripts.RunAsync("operations.cake"));

        output.ShouldContain("2 files are on the cluster");
        output.ShouldContain(" is Ended");
        Directory.EnumerateFiles(scripts["artifacts/again"], "stdout.log", SearchOption.AllDirectories).ShouldHaveSingleItem();
        output.ShouldContain("would be removed from " + scripts["store"]);
    }

    [Fact]
    public void Every_script_is_run_here()
    {
        var here = File.ReadAllText(Repository.At("tests/Cake.Clustrix.Tests/Scripts/Samples.cs"));

        Directory.EnumerateFiles(Repository.At("samples/Cake"), "*.cake").Select(Path.GetFileName)
            .Where(script => !here.Contains($"\"{script}\"", StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    private static string Passed(ProcessOutcome outcome)
    {
        outcome.ExitCode.ShouldBe(0, outcome.Output);
        return outcome.Output;
    }
}
