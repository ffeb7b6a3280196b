using System.Runtime.InteropServices;
using Clustrix.Diagnostics;

namespace Clustrix.Cli;

/// <summary>
/// Ctrl-C, SIGTERM and SIGHUP: the first asks the tool to stop in order, the second makes it leave at once. Those of one moment are one:
/// <c>timeout</c>, for instance, tells a process, and then the group that it is in.
/// </summary>
internal sealed class Interruption : IDisposable
{
    // Nothing is done about the first one before it is over: whoever has seen anything come of it and sends another one means that.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    private readonly Terminal _terminal;
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private PosixSignal _first;
    private int _isHeard;
    private volatile bool _isActedOn;

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
        if (Interlocked.Exchange(ref _isHeard, 1) == 0)
        {
            _first = context.Signal;
            _ = ActAsync();
        }
        else if (_isActedOn)
        {
            new TerminalLog(_terminal).Report(new Problem(
                ErrorCode.Interrupted, $"Left at once by {context.Signal}, the second signal: what was being cancelled may go on. See 'clustrix status', and end it with 'clustrix cancel RUN'."));
            Environment.Exit((int)ExitCode.Cancelled);
        }
    }

    // What is cancelled may take its time; the handler of the next signal must not wait for it.
    private async Task ActAsync()
    {
        await Task.Delay(Moment).ConfigureAwait(false);
        _isActedOn = true;
        await _source.CancelAsync().ConfigureAwait(false);
    }
}
