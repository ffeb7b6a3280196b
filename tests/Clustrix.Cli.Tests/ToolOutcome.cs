using System.Text.Json;

namespace Clustrix.Cli.Tests;

/// <summary>How a call of the tool ended, and what it wrote.</summary>
public sealed record ToolOutcome(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output, which has to be one JSON document.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>The lines of standard error that tell an error.</summary>
    public IReadOnlyList<string> Errors => [.. Error.Split('\n').Where(line => line.Contains(" : error ", StringComparison.Ordinal))];

    /// <summary>The id of the run that was started.</summary>
    public string Run => Output.Split("Run ")[1][..22];

    /// <summary>Asserts that the call failed with one line that has a code, and no trace of a stack.</summary>
    public ToolOutcome ShouldFail(int exitCode, string code, params string[] told)
    {
        ExitCode.ShouldBe(exitCode, Output + Error);
        Errors.Count.ShouldBe(1, Error);
        Errors[0].ShouldContain($"error {code}: ");
        foreach (var text in told)
        {
            Errors[0].ShouldContain(text);
        }

        (Output + Error).ShouldNotContain("   at Clustrix");
        return this;
    }

    /// <summary>Asserts that the call did what it was to do.</summary>
    public ToolOutcome ShouldSucceed()
    {
        ExitCode.ShouldBe(0, Output + Error);
        return this;
    }
}
