using System.Runtime.InteropServices;
using Clustrix.Diagnostics;

namespace Clustrix.Cli;

/// <summary>Ctrl-C, SIGTERM and SIGHUP: the first asks the tool to stop in order, the second makes it leave at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly Terminal _terminal;
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private PosixSignal _first;
    private int _signals;

    /// <param name="terminal">Is told when the tool leaves at once.</param>
    public Interruption(Terminal terminal)
    {
        _terminal = terminal;
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Take))];
    }

    /// <summary>Is cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>What has ended the tool.</summary>
    /// <param name="meaning">What it means for what was under way, in a sentence.</param>
    public ClustrixException Exception(string meaning) => new(ErrorCode.Interrupted, $"Ended by {_first}. {meaning}");

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void Take(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _signals) > 1)
        {
            new TerminalLog(_terminal).Report(new Problem(
                ErrorCode.Interrupted, $"Left at once by {context.Signal}, the second signal: what was being cancelled may go on. See 'clustrix status', and end it with 'clustrix cancel RUN'."));
            Environment.Exit((int)ExitCode.Cancelled);
        }

        // What is cancelled may take its time; the handler of the next signal must not wait for it.
        _first = context.Signal;
        _ = _source.CancelAsync();
    }
}
