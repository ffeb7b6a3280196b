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
        var build = await BuildAsync(call, BuildTarget.Find(Named(call), call.Surroundings), files.Arguments, cancellationToken).ConfigureAwait(false);
        if (build.Code == ExitCode.Done)
        {
            await TellAsync(call.Terminal, await files.DirectoryAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }
        else if (call.Terminal.Json)
        {
            JsonOutput.Write(call.Terminal, json => ToldProblem.Write(json, build.Problems));
        }

        return build.Code;
    }

    private static async Task TellAsync(Terminal terminal, string directory)
    {
        var (snapshot, bill) = (Path.Combine(directory, "environment.json"), Path.Combine(directory, "sbom.json"));
        if (terminal.Json)
        {
            JsonOutput.Write(terminal, json =>
            {
                json.WriteString("snapshot", snapshot);
                json.WriteString("bill", bill);
            });
        }
        else
        {
            await terminal.Output.WriteLineAsync($"Snapshot: {snapshot}\nBill: {bill}").ConfigureAwait(false);
        }
    }
}
