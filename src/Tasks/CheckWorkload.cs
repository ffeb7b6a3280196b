using Clustrix.Diagnostics;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild;

/// <summary>Tells before anything is built what is wrong with the project's settings and items, whatever the build makes.</summary>
[MSBuildMultiThreadableTask]
public sealed class CheckWorkload : WorkloadTask
{
    // A target may still declare items, and complete those that there are.
    private static readonly ErrorCode[] MayBeMendedByTheBuild = [ErrorCode.NothingToRun, ErrorCode.ItemWithoutCommand];

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var (input, settings, _, sources) = await ReadInputAsync(cancellationToken).ConfigureAwait(false);
        if (input.Problems.Exists(problem => !MayBeMendedByTheBuild.Contains(problem.Code)))
        {
            // The build ends here: so the rest is told too.
            _ = await input.Problems.TryAsync(() => Client.PackAsync(sources, settings, cancellationToken)).ConfigureAwait(false);
            throw new ClustrixException(input.Problems);
        }
    }
}
