using System.Runtime.InteropServices;

namespace Cake.Clustrix;

/// <summary>While an alias is at work, the first Ctrl-C (or end of the session) cancels it in order; the second one ends Cake as ever.</summary>
internal sealed class Interruption : IDisposable
{
    // 'dotnet' passes a signal on to the tools that it runs, which may have got it themselves.
    private static readonly TimeSpan Echo = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _source = new();
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly Lock _lock = new();
    private readonly PosixSignalRegistration[] _registrations;
    private long? _first;
    private bool _isOver;

    public Interruption()
    {
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Interrupt))];
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        // A signal may be on its way still.
        lock (_lock)
        {
            _isOver = true;
            _source.Dispose();
        }
    }

    private void Interrupt(PosixSignalContext signal)
    {
        lock (_lock)
        {
            _first ??= _time.GetTimestamp();
            signal.Cancel = _time.GetElapsedTime(_first.Value) < Echo;
            if (!_isOver)
            {
                _source.Cancel();
            }
        }
    }
}
