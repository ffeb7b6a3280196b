using System.CommandLine;
using Clustrix.Diagnostics;

namespace Clustrix.Cli.Commands;

/// <summary>Prints what a shell needs to complete the tool's arguments.</summary>
internal sealed class CompletionVerb : Verb
{
    private const string Shell = "SHELL";

    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            _clustrix() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$(clustrix "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _clustrix clustrix
            """,
        ["zsh"] = """
            _clustrix() {
                local -a words_
                words_=("${(@f)$(clustrix "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
                compadd -a words_
                _files
            }
            compdef _clustrix clustrix
            """,
        ["fish"] = """
            complete -c clustrix -a '(clustrix "[suggest]" (commandline -cp) 2>/dev/null)'
            """,
    };

    /// <inheritdoc/>
    public override string Name => "completion";

    /// <inheritdoc/>
    public override string Description => "Print the completion script for bash, zsh or fish; bash: eval \"$(clustrix completion bash)\"";

    /// <inheritdoc/>
    public override void Define(Command command) => command.Arguments.Add(new Argument<string>(Shell) { Description = "bash, zsh or fish." });

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var shell = call.Arguments.GetValue<string>(Shell)!;
        var script = Scripts.TryGetValue(shell, out var text)
            ? text
            : throw new ClustrixException(ErrorCode.BadCommandLine, $"There is no completion for '{shell}'. There is one for: {string.Join(", ", Scripts.Keys)}.");
        if (call.Terminal.Json)
        {
            JsonOutput.Write(call.Terminal, json => json.WriteString("script", script));
        }
        else
        {
            await call.Terminal.Output.WriteLineAsync(script.AsMemory(), cancellationToken).ConfigureAwait(false);
        }

        return ExitCode.Done;
    }
}
