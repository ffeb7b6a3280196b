using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Clustrix.MSBuild;

/// <summary>While tasks are at work, SIGTERM and SIGHUP cancel them first, and end their process when they are through.</summary>
/// <remarks>
/// MSBuild hears Ctrl-C only. A build server that ends a job sends SIGTERM, a terminal that is closed SIGHUP. At SIGTERM the SDK leaves the
/// process with 0, as soon as the handlers that were registered after its own have returned: so these are where to wait. It is the only
/// place where a task sets anything of the process: its exit code, which is the same whichever of several tasks was at work.
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

    private static void Leave()
    {
        if (Signal is null)
        {
            // The server of MSBuild isn't told: it leaves in the midst of a build whose client is gone.
            End();
        }
        else if (Environment.ExitCode == 0)
        {
            Environment.ExitCode = 1;
        }
    }

    private static void End()
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
    }
}
