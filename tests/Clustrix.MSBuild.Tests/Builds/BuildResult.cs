using System.Text.RegularExpressions;
using Clustrix.Testing;

namespace Clustrix.MSBuild.Tests.Builds;

/// <summary>A finished build. A failing expectation shows the whole output and keeps the binary log.</summary>
public sealed class BuildResult(string commandLine, ProcessOutcome outcome, string binaryLog)
{
    private const int Shown = 30_000;

    public string Output => outcome.Output;

    public BuildResult ShouldSucceed() => Expect(outcome.ExitCode == 0 && !Has(@"\bwarning [A-Z]+\d+"), "success without a warning");

    public BuildResult ShouldFailWith(string code) => Expect(outcome.ExitCode != 0 && Has($@"error {code}\b"), $"failure with {code}");

    public BuildResult ShouldSay(string text) => Expect(Output.Contains(text, StringComparison.Ordinal), $"'{text}' in the output");

    public BuildResult ShouldNotSay(string text) => Expect(!Output.Contains(text, StringComparison.Ordinal), $"no '{text}' in the output");

    public BuildResult ShouldMatch(string pattern) => Expect(Has(pattern), $"a match of '{pattern}' in the output");

    public BuildResult ShouldNotMatch(string pattern) => Expect(!Has(pattern), $"no match of '{pattern}' in the output");

    public BuildResult ShouldSkip(string target) => ShouldSay($"Skipping target \"{target}\" because all output files are up-to-date");

    public BuildResult ShouldNotSkip(string target) => ShouldNotSay($"Skipping target \"{target}\"");

    // The binary log has the rest.
    private string Tail() => Output.Length <= Shown ? Output : "...\n" + Output[^Shown..];

    private bool Has(string pattern) => Regex.IsMatch(Output, pattern);

    private BuildResult Expect(bool holds, string what)
    {
        if (holds)
        {
            return this;
        }

        var kept = Path.Combine(AppContext.BaseDirectory, "failed-builds", $"{Guid.NewGuid():N}.binlog");
        Directory.CreateDirectory(Path.GetDirectoryName(kept)!);
        File.Copy(binaryLog, kept);
        throw new Xunit.Sdk.XunitException($"Expected {what}.\n$ {commandLine}\n{Tail()}\nexit code {outcome.ExitCode}, binary log {kept}");
    }
}
