using System.CommandLine;
using System.Text;
using Clustrix.Configuration;
using Clustrix.Diagnostics;

namespace Clustrix.Cli.Commands;

/// <summary>Writes a first <c>clustrix.json</c>.</summary>
internal sealed class InitVerb : Verb
{
    /// <inheritdoc/>
    public override string Name => "init";

    /// <inheritdoc/>
    public override string Description => "Write a clustrix.json that names every setting and sets none. Nothing is overwritten.";

    /// <inheritdoc/>
    public override void Define(Command command)
    {
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var path = call.Surroundings.PathOf(ConfigurationFile.FileName);
        try
        {
            var file = new FileStream(path, FileMode.CreateNew);
            await using (file.ConfigureAwait(false))
            {
                await file.WriteAsync(Encoding.UTF8.GetBytes(Text()), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new ClustrixException(ErrorCode.FileExists, $"'{path}' is there already. Edit it, or remove it first.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClustrixException(ErrorCode.ArtifactsNotWritable, $"'{path}' can't be written: {e.Message} Change to a directory that you may write.", e);
        }

        if (call.Terminal.Json)
        {
            JsonOutput.Write(call.Terminal, json => json.WriteString("file", path));
        }
        else
        {
            await call.Terminal.Output.WriteLineAsync($"{path} is written. Take the // away from what you want to set.").ConfigureAwait(false);
        }

        return ExitCode.Done;
    }

    private static string Text()
    {
        var text = new StringBuilder("{\n");
        foreach (var setting in SettingsSchema.All)
        {
            text.Append("  // ").Append(setting.Help).Append('\n')
                .Append("  // \"").Append(setting.JsonName).Append("\": ").Append(Example(setting)).Append(",\n\n");
        }

        return text.ToString().TrimEnd('\n') + "\n}\n";
    }

    private static string Example(Setting setting) => setting.Kind switch
    {
        SettingKind.Switch or SettingKind.Count => setting.Default ?? "0",
        SettingKind.List => "[]",
        SettingKind.Size => $"\"{setting.Default ?? "2GB"}\"",
        _ => $"\"{setting.Default}\"",
    };
}
