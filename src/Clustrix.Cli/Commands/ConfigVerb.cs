using System.CommandLine;
using Clustrix.Configuration;

namespace Clustrix.Cli.Commands;

/// <summary>Shows the settings with their origins, and checks the files.</summary>
internal sealed class ConfigVerb : Verb
{
    private const string Check = "check";

    /// <inheritdoc/>
    public override string Name => "config";

    /// <inheritdoc/>
    public override string Description => "Show the settings and where each comes from, or check the clustrix.json files.";

    /// <inheritdoc/>
    public override void Define(Command command)
    {
        var show = new Command("show", "Show every setting with its value and origin.");
        SettingOptions.Add(show, SettingsSchema.All);
        command.Subcommands.Add(show);
        command.Subcommands.Add(new Command(Check, "Check the clustrix.json files and the environment variables."));
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var settings = await call.SettingsAsync(cancellationToken).ConfigureAwait(false);
        var check = call.Arguments.CommandResult.Command.Name == Check;
        if (call.Terminal.Json)
        {
            WriteJson(call.Terminal, settings);
        }
        else if (check)
        {
            await call.Terminal.Output.WriteLineAsync("The configuration is whole.").ConfigureAwait(false);
        }
        else
        {
            foreach (var value in settings.Values)
            {
                await call.Terminal.Output.WriteLineAsync($"{value.Setting.JsonName} = {value.Text}  ({value.Origin})").ConfigureAwait(false);
            }
        }

        return ExitCode.Done;
    }

    private static void WriteJson(Terminal terminal, ResolvedSettings settings) =>
        JsonOutput.Write(terminal, json =>
        {
            json.WriteStartArray("problems");
            json.WriteEndArray();
            json.WriteStartObject("settings");
            foreach (var value in settings.Values)
            {
                json.WriteStartObject(value.Setting.JsonName);
                json.WriteString("value", value.Text);
                json.WriteString("layer", value.Origin.Layer.ToString());
                json.WriteString("origin", value.Origin.ToString());
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
}
