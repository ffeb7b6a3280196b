using System.CommandLine;
using System.CommandLine.Parsing;
using Clustrix.Diagnostics;

namespace Clustrix.Cli;

/// <summary>A second value behind an option that takes one each time, <c>--hosts ONE TWO</c>: the parser takes it for the verb's own argument.</summary>
internal static class StrayValue
{
    /// <summary>Finds one that can't be what the verb takes; null when there is none.</summary>
    /// <param name="result">What was written.</param>
    /// <param name="surroundings">Where paths are looked for.</param>
    public static Problem? Find(ParseResult result, Surroundings surroundings)
    {
        var command = result.CommandResult;
        string[] lists = [.. command.Command.Options.OfType<Option<string[]>>().Select(option => option.Name)];
        foreach (var argument in command.Children.OfType<ArgumentResult>())
        {
            foreach (var token in argument.Tokens.Where(token => !CanBe(argument.Argument.Name, token.Value, surroundings)))
            {
                var at = result.Tokens.ToList().FindIndex(other => ReferenceEquals(other, token));
                if (at >= 2 && lists.Contains(result.Tokens[at - 2].Value) && result.Tokens[at - 2].Type == TokenType.Option)
                {
                    var (option, first) = (result.Tokens[at - 2].Value, result.Tokens[at - 1].Value);
                    return new Problem(
                        ErrorCode.BadCommandLine,
                        $"'{token.Value}' would be the {argument.Argument.Name}, and can't be one: {option} takes one value each time. Write {option} {first} {option} {token.Value}.");
                }
            }
        }

        return null;
    }

    // The ids of runs begin with their year.
    private static bool CanBe(string argument, string text, Surroundings surroundings) => argument switch
    {
        RunArgument.Name => text.Length == 0 || char.IsAsciiDigit(text[0]),
        Projects.ProjectVerb.Target => Path.Exists(surroundings.PathOf(text)),
        _ => true,
    };
}
