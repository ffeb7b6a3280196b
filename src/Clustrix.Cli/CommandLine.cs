using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Clustrix.Cli.Commands;
using Clustrix.Configuration;
using Clustrix.Diagnostics;

namespace Clustrix.Cli;

/// <summary>Finds out what was asked for, and has it done.</summary>
internal static class CommandLine
{
    private const string ProgramFollows = "--";
    private const string ProgramName = "clustrix";
    private const string JsonName = "--json";
    private const string HelpName = "--help";

    private static readonly Verb[] Verbs =
    [
        new RunVerb(), new SnapshotVerb(), new HashVerb(), new DiffVerb(), new PushVerb(), new StatusVerb(), new WatchVerb(), new LogsVerb(),
        new AttachVerb(), new CancelVerb(), new CollectVerb(), new CleanVerb(), new PreflightVerb(), new ReproVerb(), new ConfigVerb(),
        new InitVerb(), new CompletionVerb(),
    ];

    /// <summary>Does what the arguments ask for.</summary>
    /// <exception cref="ClustrixException">It can't be done as it was written.</exception>
    public static async Task<ExitCode> RunAsync(string[] args, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var dashes = Array.IndexOf(args, ProgramFollows);
        string[] own = dashes < 0 ? args : args[..dashes];
        string[]? program = dashes < 0 ? null : args[(dashes + 1)..];
        surroundings.Terminal.Json = own.Contains(JsonName);
        var code = ExitCode.Done;
        if (args is [['[', ..], ..])
        {
            return await Completions.WriteAsync(Define([.. Verbs.Select(verb => verb.Name)], (_, _) => Task.CompletedTask), args, surroundings.Terminal).ConfigureAwait(false);
        }

        var root = Define(own, async (verb, arguments) => code = await RunAsync(verb, new Call(arguments, program, surroundings), cancellationToken).ConfigureAwait(false));
        var result = root.Parse(own.Length == 0 ? ["--help"] : own, new ParserConfiguration { ResponseFileTokenReplacer = null });
        Check(result, own, surroundings);
        await result.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = surroundings.Terminal.Output, Error = surroundings.Terminal.Error },
            cancellationToken).ConfigureAwait(false);
        return code;
    }

    private static async Task<ExitCode> RunAsync(Verb verb, Call call, CancellationToken cancellationToken)
    {
        try
        {
            return await verb.RunAsync(call, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(verb.WhenInterrupted(call), e, cancellationToken);
        }
    }

    // Making all options of all verbs would take longer than the help that shows none of them.
    private static Command Define(string[] args, Func<Verb, ParseResult, Task> run)
    {
        // Not a RootCommand: that has the name of the file that runs, which is another one for a tool.
        var root = new Command(ProgramName, "Sends work to a cluster and brings the results back.");
        root.Options.Add(new HelpOption { Recursive = true });
        root.Options.Add(new VersionOption());
        root.Options.Add(new Option<bool>(JsonName) { Description = "Write the result to standard output as one JSON document.", Recursive = true });
        foreach (var verb in Verbs)
        {
            var command = new Command(verb.Name, verb.Description);
            root.Subcommands.Add(command);
            if (args.Contains(verb.Name))
            {
                verb.Define(command);
                foreach (var callable in command.Subcommands.Count == 0 ? [command] : command.Subcommands)
                {
                    callable.SetAction((arguments, _) => run(verb, arguments));
                }
            }
        }

        return root;
    }

    private static void Check(ParseResult result, string[] args, Surroundings surroundings)
    {
        // A request for help is answered whatever else was written.
        if (args.Any(arg => arg is "--help" or "-h" or "-?"))
        {
            return;
        }

        if (StrayValue.Find(result, surroundings) is { } stray)
        {
            throw new ClustrixException([stray]);
        }

        // The parser takes an option that it doesn't know for an argument.
        var command = result.CommandResult;
        var mistaken = command.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value).Where(IsOption);
        var problems = mistaken.Concat(result.UnmatchedTokens).OrderByDescending(IsOption).Take(1).Select(token => Unknown(command, token)).ToList();
        if (problems.Count == 0 && result.Errors.Count == 0)
        {
            return;
        }

        if (problems.Count == 0 && command.Command.Subcommands.Count > 0)
        {
            var where = string.Join(' ', Path(command));
            problems.Add(new Problem(ErrorCode.BadCommandLine, $"'{where}' needs a verb: {string.Join(", ", command.Command.Subcommands.Where(verb => !verb.Hidden).Select(verb => verb.Name))}. See '{where} --help'."));
        }

        throw new ClustrixException(problems.Count > 0 ? problems : [.. result.Errors.Select(error => new Problem(ErrorCode.BadCommandLine, Sentence(error, command)))]);
    }

    private static bool IsOption(string token) => token.Length > 1 && token[0] == '-';

    private static Problem Unknown(CommandResult result, string token)
    {
        var where = string.Join(' ', Path(result));
        var command = result.Command;
        return IsOption(token)
            ? new Problem(ErrorCode.BadCommandLine, $"'{where}' has no option '{token}'. {NearestName.Hint(token, [.. command.Options.Select(option => option.Name), JsonName, HelpName])}")
            : command.Subcommands.Count > 0
                ? new Problem(ErrorCode.BadCommandLine, $"'{where}' has no verb '{token}'. {NearestName.Hint(token, [.. command.Subcommands.Select(verb => verb.Name)])}")
                : new Problem(ErrorCode.BadCommandLine, $"'{where}' takes no argument '{token}'. See '{where} --help'.");
    }

    private static IEnumerable<string> Path(CommandResult result) =>
        result.Parent is CommandResult parent ? [.. Path(parent), result.Command.Name] : [result.Command.Name];

    private static string Sentence(ParseError error, CommandResult command) => $"{error.Message.ReplaceLineEndings(" ").TrimEnd('.')}. See '{string.Join(' ', Path(command))} --help'.";
}
