using System.Runtime.InteropServices;

namespace Clustrix.Cli.Projects;

/// <summary>
/// Passes on to a child what the tool is told: to stop, as Ctrl-C at a terminal would tell it, and to be gone when the tool leaves at once.
/// </summary>
internal sealed partial class ChildSignals : IDisposable
{
    private const int Interrupt = 2;
    private const int End = 9;

    private readonly int _child;
    private readonly CancellationTokenRegistration _interruption;

    /// <param name="child">The child's process id.</param>
    /// <param name="cancellationToken">Interrupts it.</param>
    public ChildSignals(int child, CancellationToken cancellationToken)
    {
        _child = child;
        _interruption = cancellationToken.Register(() => Send(Interrupt));
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        _interruption.Dispose();
    }

    private void OnExit(object? sender, EventArgs e) => Send(End);

    // A terminal tells everybody in the foreground: also the tools that a build has started, which the build itself would leave behind.
    // A child that leads no group, because there was no setsid, is told alone.
    private void Send(int signal)
    {
        if (Kill(-_child, signal) != 0)
        {
            _ = Kill(_child, signal);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Kill(int process, int signal);
}
