using System.CommandLine;
using System.Globalization;

namespace Clustrix.Cli;

/// <summary>Answers a shell that wants to complete what is being typed: <c>clustrix [suggest:POSITION] LINE</c>, at the line's end without a position.</summary>
internal static class Completions
{
    /// <summary>Writes what may stand at the position, one word a line. A request that can't be read has no answer: it is a shell that asks.</summary>
    public static async Task<ExitCode> WriteAsync(Command root, string[] args, Terminal terminal)
    {
        var line = args.Length > 1 ? args[1] : "";
        var position = int.TryParse(args[0].Trim('[', ']').Split(':')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? Math.Min(given, line.Length) : line.Length;
        foreach (var word in root.Parse(line).GetCompletions(position).Select(completion => completion.Label).Distinct())
        {
            await terminal.Output.WriteLineAsync(word).ConfigureAwait(false);
        }

        return ExitCode.Done;
    }
}
