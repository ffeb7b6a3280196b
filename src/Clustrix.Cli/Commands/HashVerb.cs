using System.CommandLine;
using Clustrix.Cli.Projects;
using Clustrix.Configuration;
using Clustrix.Snapshots;

namespace Clustrix.Cli.Commands;

/// <summary>Computes the environment hashes of projects.</summary>
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
        var build = await BuildAsync(call, BuildTarget.Find(Named(call), call.Surroundings), files.ArgumentsOf, cancellationToken).ConfigureAwait(false);
        if (build.Code == ExitCode.Done)
        {
            var hashes = new List<(string Project, EnvironmentHash Hash)>();
            foreach (var (project, directory) in files.Read())
            {
                hashes.Add((project, EnvironmentHash.Of(await Snapshot.ReadAsync(Path.Combine(directory, "environment.json"), cancellationToken).ConfigureAwait(false))));
            }

            Tell(call.Terminal, hashes, call.Arguments.GetValue<bool>(Explain));
        }
        else if (call.Terminal.Json)
        {
            JsonOutput.Write(call.Terminal, json => ToldProblem.Write(json, build.Problems));
        }

        return build.Code;
    }

    private static void Tell(Terminal terminal, List<(string Project, EnvironmentHash Hash)> hashes, bool explain)
    {
        if (terminal.Json)
        {
            WriteJson(terminal, hashes, explain);
            return;
        }

        foreach (var (project, hash) in hashes)
        {
            // Of one project, whoever asks for a hash wants nothing but that.
            terminal.Output.WriteLine(hashes.Count == 1 ? hash.Value : $"{hash.Value}  {project}");
            foreach (var (entry, digest) in explain ? hash.Explain : [])
            {
                terminal.Output.WriteLine($"{digest}  {entry}");
            }
        }
    }

    private static void WriteJson(Terminal terminal, List<(string Project, EnvironmentHash Hash)> hashes, bool explain) =>
        JsonOutput.Write(terminal, json =>
        {
            json.WriteStartArray("projects");
            foreach (var (project, hash) in hashes)
            {
                json.WriteStartObject();
                json.WriteString("project", project);
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
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
}
