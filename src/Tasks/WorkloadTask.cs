using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.MSBuild.Input;
using Clustrix.Stores;
using Clustrix.Workloads;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild;

/// <summary>A task that needs the project's whole workload: its items, and the files that they run on.</summary>
public abstract class WorkloadTask : ClusterTask
{
    /// <summary>The items.</summary>
    public ITaskItem[] Items { get; set; } = [];

    /// <summary>Files and directories for the items, beside the project's output.</summary>
    public ITaskItem[] Payload { get; set; } = [];

    /// <summary>The files of the project's output, with their place in the output directory as the metadata <c>At</c>.</summary>
    public ITaskItem[] ProjectOutputs { get; set; } = [];

    /// <summary>The environment variables that the snapshot lists, with their values as the metadata <c>Value</c>: the items get them.</summary>
    public ITaskItem[] EnvironmentVariables { get; set; } = [];

    /// <summary>Metadata names that the project keeps on its items for itself.</summary>
    public string[] OwnMetadata { get; set; } = [];

    /// <summary>The environment hash.</summary>
    [Required]
    public string EnvironmentHash { get; set; } = "";

    /// <summary>Any text; another text makes every item new.</summary>
    public string Salt { get; set; } = "";

    /// <summary>Where digests of files that haven't changed are kept, absolute.</summary>
    [Required]
    public string DigestCache { get; set; } = "";

    /// <summary>Reads the workload.</summary>
    /// <exception cref="ClustrixException">Something in it is wrong: everything that is, at once.</exception>
    private protected async Task<Workload> ReadAsync(CancellationToken cancellationToken)
    {
        var input = new WorkloadInput(ProjectFile, OwnMetadata, (BuildEngine as IBuildEngine6)?.GetGlobalProperties().Keys ?? []);
        var items = input.ReadItems(Items);
        ReadSettings(new SettingReader(input.Sources, input.Problems));
        var payload = await BuildAsync(input.ReadPayload(Payload, ProjectOutputs), input, cancellationToken).ConfigureAwait(false);
        Problem[] problems = [.. ClusterProblems(), .. input.Problems];
        return problems.Length == 0
            ? new Workload([.. items.Select(item => item.WithListedVariables(Listed()))], payload!, EnvironmentHash, Salt)
            : throw new ClustrixException(problems);
    }

    private IEnumerable<KeyValuePair<string, string?>> Listed() =>
        EnvironmentVariables.Select(variable => KeyValuePair.Create(variable.ItemSpec, variable.GetMetadata("Value") is { Length: > 0 } value ? value : null));

    /// <summary>Reads the settings that only this task has, together with the workload.</summary>
    private protected virtual void ReadSettings(SettingReader settings)
    {
    }

    /// <summary>How the log tells a push.</summary>
    private protected string Told(PushResult push) => push.FilesSent == 0
        ? $"Clustrix: {Cluster} has the payload already ({push.FilesReused} files)."
        : $"Clustrix: {push.FilesSent} files ({ByteSize.Format(push.ContentBytesSent)}) pushed to {Cluster}, {push.FilesReused} were there.";

    // A problem of the payload must not hide one of the items.
    private async Task<Payload?> BuildAsync(IReadOnlyList<PayloadSource> sources, WorkloadInput input, CancellationToken cancellationToken)
    {
        var cache = await Workloads.DigestCache.LoadAsync(DigestCache, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        try
        {
            var payload = await new PayloadBuilder(cache, TimeProvider.System).BuildAsync(sources, cancellationToken).ConfigureAwait(false);
            await cache.SaveAsync(BuildLog, cancellationToken).ConfigureAwait(false);
            return payload;
        }
        catch (ClustrixException exception)
        {
            input.Problems.AddRange(exception.Problems);
            return null;
        }
    }
}
