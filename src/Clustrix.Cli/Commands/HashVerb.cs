using System.CommandLine;
using Clustrix.Cli.Projects;
using Clustrix.Configuration;
using Clustrix.Snapshots;

namespace Clustrix.Cli.Commands;

/// <summary>Computes a project's environment hash.</summary>
internal sealed class HashVerb : ProjectVerb
{
    private const string Explain = "--explain";

    /// <inheritdoc/>
    public override string Name => "hash";

    /// <inheritdoc/>
    public override string Description => "Compute the environment hash of a project; with --explain, show everything that goes into it.";

    /// <inheritdoc/>
    protected override string TargetName => "ClustrixHash";

    /// <inheritdoc/>
    protected override bool HasResult => true;

    /// <inheritdoc/>
    protected override IEnumerable<Setting> Settings => [SettingsSchema.Audit, SettingsSchema.CacheDirectory];

    /// <inheritdoc/>
    public override void Define(Command command)
    {
        base.Define(command);
        command.Options.Add(new Option<bool>(Explain) { Description = "Show every entry with its own digest." });
    }

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Call call, CancellationToken cancellationToken)
    {
        using var files = new SnapshotFiles();
        var build = await BuildAsync(call, BuildTarget.Find(Named(call), call.Surroundings), files.Arguments, cancellationToken).ConfigureAwait(false);
        if (build.Code == ExitCode.Done)
        {
            var snapshot = await Snapshot.ReadAsync(
                Path.Combine(await files.DirectoryAsync(cancellationToken).ConfigureAwait(false), "environment.json"), cancellationToken).ConfigureAwait(false);
            Tell(call.Terminal, EnvironmentHash.Of(snapshot), call.Arguments.GetValue<bool>(Explain));
        }
        else if (call.Terminal.Json)
        {
            JsonOutput.Write(call.Terminal, json => ToldProblem.Write(json, build.Problems));
        }

        return build.Code;
    }

    private static void Tell(Terminal terminal, EnvironmentHash hash, bool explain)
    {
        if (terminal.Json)
        {
            WriteJson(terminal, hash, explain);
            return;
        }

        terminal.Output.WriteLine(hash.Value);
        foreach (var (entry, digest) in explain ? hash.Explain : [])
        {
            terminal.Output.WriteLine($"{digest}  {entry}");
        }
    }

    private static void WriteJson(Terminal terminal, EnvironmentHash hash, bool explain) =>
        JsonOutput.Write(terminal, json =>
        {
            json.WriteString("hash", hash.Value);
            json.WriteStartArray("entries");
            foreach (var (entry, digest) in explain ? hash.Explain : [])
            {
                json.WriteStartObject();
                json.WriteString("digest", digest);
                json.WriteString("kind", entry.Kind.ToString());
                json.WriteString("name", entry.Name);
                json.WriteString("value", entry.Value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
}
