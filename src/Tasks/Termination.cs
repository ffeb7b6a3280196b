using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Clustrix.MSBuild;

/// <summary>While tasks are at work, whatever ends their process cancels them first, and is held until they are through.</summary>
/// <remarks>
/// MSBuild hears Ctrl-C only. A build server that ends a job sends SIGTERM, a terminal that is closed SIGHUP. At SIGTERM the SDK leaves the
/// process with 0, as soon as the handlers that were registered after its own have returned: so they are where to wait. This is the only
/// place where a task sets anything of the process: a process that leaves in the midst of a task has failed, whichever of several it is.
/// </remarks>
internal sealed class Termination : IDisposable
{
    // More than the cancellation of a run takes at most, which has a limit of its own.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(75);

    // For the build to tell its errors and to end by itself, once no task is at work.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private static readonly Lock Turn = new();
    private static readonly List<Termination> AtWork = [];

    [SuppressMessage("Performance", "CA1823", Justification = "A registration holds as long as it is referred to.")]
    private static readonly PosixSignalRegistration[] Registrations = Register();

    private static PosixSignal? _signal;

    private readonly Action _cancel;
    private readonly TaskCompletionSource _through = new();

    /// <param name="cancel">Cancels the task; may be called several times.</param>
    public Termination(Action cancel)
    {
        _cancel = cancel;
        lock (Turn)
        {
            AtWork.Add(this);
        }

        // A build that goes on with another project, although it was told to end.
        if (Signal is not null)
        {
            cancel();
        }
    }

    /// <summary>The signal that came, if one did.</summary>
    public static PosixSignal? Signal
    {
        get
        {
            lock (Turn)
            {
                return _signal;
            }
        }
    }

    /// <summary>The task is through.</summary>
    public void Dispose()
    {
        lock (Turn)
        {
            AtWork.Remove(this);
        }

        _through.SetResult();
    }

    private static PosixSignalRegistration[] Register()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Leave();
        return [.. new[] { PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Take))];
    }

    // The process ends as it would have, only later: nothing is cancelled of the signal itself.
    private static void Take(PosixSignalContext context)
    {
        lock (Turn)
        {
            if (AtWork.Count == 0)
            {
                return;
            }

            _signal = context.Signal;
        }

        End();
        Thread.Sleep(Grace);
    }

    // Nobody may have told of it: a node of MSBuild leaves when the build that it belongs to is gone.
    private static void Leave()
    {
        if (End() || Signal is not null)
        {
            Environment.ExitCode = Environment.ExitCode == 0 ? 1 : Environment.ExitCode;
        }
    }

    private static bool End()
    {
        Termination[] tasks;
        lock (Turn)
        {
            tasks = [.. AtWork];
        }

        foreach (var task in tasks)
        {
            task._cancel();
        }

        Task.WaitAll([.. tasks.Select(task => task._through.Task)], Limit);
        return tasks.Length > 0;
    }
}
