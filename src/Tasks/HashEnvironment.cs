using System.Text;
using Clustrix.Snapshots;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild;

/// <summary>Writes the environment hash of a snapshot, and beside it a list of everything that went into it.</summary>
[MSBuildMultiThreadableTask]
public sealed class HashEnvironment : ClustrixTask
{
    /// <summary>The snapshot, absolute.</summary>
    [Required]
    public string SnapshotFile { get; set; } = "";

    /// <summary>Where the hash goes: one line of 64 hexadecimal digits.</summary>
    [Required]
    public string HashFile { get; set; } = "";

    /// <summary>Where the explanation goes: one line for each entry, its digest and what it says.</summary>
    [Required]
    public string ExplanationFile { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var snapshot = await Snapshot.ReadAsync(SnapshotFile, cancellationToken).ConfigureAwait(false);
        var hash = EnvironmentHash.Of(snapshot);
        var explanation = new StringBuilder();
        foreach (var (entry, digest) in hash.Explain)
        {
            explanation.Append(digest).Append("  ").Append(entry).Append('\n');
        }

        await File.WriteAllTextAsync(ExplanationFile, explanation.ToString(), cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(HashFile, hash.Value + "\n", cancellationToken).ConfigureAwait(false);
    }
}
