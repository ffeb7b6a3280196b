using Clustrix.Cli.Projects;
using Clustrix.Configuration;

namespace Clustrix.Cli.Commands;

/// <summary>Takes a project's snapshot.</summary>
internal sealed class SnapshotVerb : ProjectVerb
{
    /// <inheritdoc/>
    public override string Name => "snapshot";

    /// <inheritdoc/>
    public override string Description => "Write what a project depends on: environment.json and a CycloneDX bill of its packages.";

    /// <inheritdoc/>
    protected override string TargetName => "ClustrixSnapshot";

    /// <inheritdoc/>
    protected override bool HasResult => true;

    /// <inheritdoc/>
    protected override IEnumerable<Setting> Settings => [SettingsSchema.Audit, SettingsSchema.CacheDirectory];

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Call call, CancellationToken cancellationToken)
    {
        using var files = new SnapshotFiles();
        var build = await BuildAsync(call, BuildTarget.Find(Named(call), call.Surroundings), files.ArgumentsOf, cancellationToken).ConfigureAwait(false);
        if (build.Code == ExitCode.Done)
        {
            Tell(call.Terminal, files.Read());
        }
        else if (call.Terminal.Json)
        {
            JsonOutput.Write(call.Terminal, json => ToldProblem.Write(json, build.Problems));
        }

        return build.Code;
    }

    private static void Tell(Terminal terminal, IReadOnlyList<(string Project, string Directory)> snapshots)
    {
        if (terminal.Json)
        {
            WriteJson(terminal, snapshots);
            return;
        }

        foreach (var (project, directory) in snapshots)
        {
            if (snapshots.Count > 1)
            {
                terminal.Output.WriteLine($"Project: {project}");
            }

            terminal.Output.WriteLine($"Snapshot: {SnapshotIn(directory)}");
            terminal.Output.WriteLine($"Bill: {BillIn(directory)}");
        }
    }

    private static void WriteJson(Terminal terminal, IReadOnlyList<(string Project, string Directory)> snapshots) =>
        JsonOutput.Write(terminal, json =>
        {
            json.WriteStartArray("projects");
            foreach (var (project, directory) in snapshots)
            {
                json.WriteStartObject();
                json.WriteString("project", project);
                json.WriteString("snapshot", SnapshotIn(directory));
                json.WriteString("bill", BillIn(directory));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });

    private static string SnapshotIn(string directory) => Path.Combine(directory, "environment.json");

    private static string BillIn(string directory) => Path.Combine(directory, "sbom.json");
}
