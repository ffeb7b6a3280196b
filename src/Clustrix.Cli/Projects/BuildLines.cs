using System.Globalization;
using System.Text.RegularExpressions;

namespace Clustrix.Cli.Projects;

/// <summary>The lines that builds write: passes them on, and picks out the errors, whose form MSBuild has laid down for editors.</summary>
/// <param name="output">Gets the lines.</param>
internal sealed partial class BuildLines(TextWriter output)
{
    private readonly List<ToldProblem> _problems = [];
    private TextWriter _output = output;

    /// <summary>The errors so far.</summary>
    public IReadOnlyList<ToldProblem> Problems => _problems;

    /// <summary>Takes a line.</summary>
    public void Take(string line)
    {
        if (ErrorText().Match(line) is { Success: true } error)
        {
            _problems.Add(new ToldProblem(
                error.Groups["code"].Value,
                error.Groups["message"].Value,
                error.Groups["file"] is { Success: true } file ? file.Value : null,
                Number(error.Groups["line"]),
                Number(error.Groups["column"])));
        }

        try
        {
            _output.WriteLine(line);
            _output.Flush();
        }
        catch (IOException e) when (Failure.IsClosedPipe(e))
        {
            // Whoever has read enough of the log hasn't asked for the build to end.
            _output = TextWriter.Null;
        }
    }

    private static int Number(Group group) => int.TryParse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    // FILE(LINE,COLUMN): error CODE: MESSAGE [PROJECT]
    [GeneratedRegex(
        @"^\s*(?:(?<file>[^()]+?)(?:\((?<line>\d+)(?:,(?<column>\d+))?[^)]*\))?\s*:\s*)?error\s+(?<code>[A-Z]+\d+)?\s*:\s*(?<message>.*?)(?:\s+\[[^\]]+\])?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ErrorText();
}
