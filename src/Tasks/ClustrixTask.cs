using System.Diagnostics.CodeAnalysis;
using Clustrix.Diagnostics;
using Microsoft.Build.Framework;
using MSBuildTask = Microsoft.Build.Utilities.Task;

namespace Clustrix.MSBuild;

/// <summary>What every task of Clustrix has in common: errors with code, file and line, and an end on Ctrl-C and SIGTERM.</summary>
[SuppressMessage("Design", "CA1001", Justification = "MSBuild may cancel a task at any moment, also after its end; without a timer there is nothing to dispose of.")]
public abstract class ClustrixTask : MSBuildTask, ICancelableTask
{
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>The project file, absolute. Problems that name no other file are told of this one.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>The core's view of the build log.</summary>
    private protected BuildLog BuildLog => new(Log, ProjectFile);

    /// <inheritdoc/>
    public void Cancel() => _cancellation.Cancel();

    /// <inheritdoc/>
    public sealed override bool Execute()
    {
        using var termination = new Termination(Cancel);
        try
        {
            // MSBuild calls tasks synchronously: this is the one place where a thread waits for the core.
            Task.Run(() => RunAsync(_cancellation.Token)).GetAwaiter().GetResult();
        }
        catch (ClustrixException exception)
        {
            foreach (var problem in exception.Problems)
            {
                BuildLog.Report(Placed(problem));
            }
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            if (Termination.Signal is { } signal)
            {
                BuildLog.Report(new Problem(ErrorCode.ItemCancelled, $"The build was told to end by {signal}; what it had begun is cancelled."));
            }
            else
            {
                BuildLog.Say($"{GetType().Name} was cancelled.");
            }

            return false;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            BuildLog.Detail(exception.ToString());
            BuildLog.Report(new Problem(
                ErrorCode.Bug, $"{exception.GetType().Name}: {exception.Message} This is a bug of Clustrix. Please report it with the log of 'dotnet build -v:d', which has the details."));
        }

        return !Log.HasLoggedErrors;
    }

    /// <summary>A problem at the place where it is to be mended, if the task knows a better one.</summary>
    private protected virtual Problem Placed(Problem problem) => problem;

    /// <summary>Does the task's work.</summary>
    /// <param name="cancellationToken">Is cancelled when the user stops the build.</param>
    /// <returns>A task that ends with the work.</returns>
    /// <exception cref="ClustrixException">The work can't be done; each of its problems becomes an error of the build.</exception>
    protected abstract Task RunAsync(CancellationToken cancellationToken);
}
