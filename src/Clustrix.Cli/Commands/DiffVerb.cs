using System.CommandLine;
using Clustrix.Configuration;
using Clustrix.Snapshots;

namespace Clustrix.Cli.Commands;

/// <summary>Compares two snapshots.</summary>
internal sealed class DiffVerb : Verb
{
    private const string FileName = "environment.json";

    /// <inheritdoc/>
    public override string Name => "diff";

    /// <inheritdoc/>
    public override string Description => "Say what is different between two snapshots, one difference a line.";

    /// <inheritdoc/>
    public override void Define(Command command)
    {
        const string Choices = "an environment.json, a directory that holds one, or the id of a run in the artifacts directory";
        command.Arguments.Add(new Argument<string>("A") { Description = $"The older snapshot: {Choices}." });
        command.Arguments.Add(new Argument<string>("B") { Description = "The newer snapshot, likewise." });
        SettingOptions.Add(command, SettingsSchema.ArtifactsDirectory);
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var settings = await call.SettingsAsync(cancellationToken).ConfigureAwait(false);
        var artifacts = call.Client.ArtifactsDirectory(settings);
        var before = await ReadAsync("A").ConfigureAwait(false);
        var after = await ReadAsync("B").ConfigureAwait(false);
        var changes = SnapshotDiff.Between(before, after);
        if (call.Terminal.Json)
        {
            WriteJson(call.Terminal, changes);
            return ExitCode.Done;
        }

        foreach (var change in changes)
        {
            await call.Terminal.Output.WriteLineAsync(change.ToString()).ConfigureAwait(false);
        }

        return ExitCode.Done;

        Task<Snapshot> ReadAsync(string argument) =>
            Snapshot.ReadAsync(Find(call.Surroundings, artifacts, call.Arguments.GetValue<string>(argument)!), cancellationToken);
    }

    private static string Find(Surroundings surroundings, string artifacts, string text)
    {
        var path = surroundings.PathOf(text);
        string[] candidates = [path, Path.Combine(path, FileName), Path.Combine(artifacts, text, FileName)];
        return candidates.FirstOrDefault(File.Exists) ?? path;
    }

    private static void WriteJson(Terminal terminal, IReadOnlyList<SnapshotChange> changes) =>
        JsonOutput.Write(terminal, json =>
        {
            json.WriteStartArray("changes");
            foreach (var change in changes)
            {
                // The values of variables are nobody's business.
                var secret = change.Kind == EntryKind.Variable;
                json.WriteStartObject();
                json.WriteString("kind", change.Kind.ToString());
                json.WriteString("name", change.Name);
                json.WriteString("before", secret ? null : change.Before);
                json.WriteString("after", secret ? null : change.After);
                json.WriteString("text", change.ToString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
}
