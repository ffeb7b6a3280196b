using System.Diagnostics;

namespace Clustrix.Hosts;

/// <summary>A shell that is, or is reached through, a process of this machine.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA2213", Justification = "The end of the errors may come in later than the shell is disposed of.")]
internal sealed class ProcessShell : IShell
{
    private const int KeptErrorLines = 20;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly Queue<string> _errors = new();
    private readonly ManualResetEventSlim _errorsEnded = new();

    internal ProcessShell(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.BeginErrorReadLine();
    }

    public Stream Input => _process.StandardInput.BaseStream;

    public Stream Output => _process.StandardOutput.BaseStream;

    public string ErrorTail
    {
        get
        {
            // Asked for when the connection has ended: the shell's last words may come in after its output's end.
            _errorsEnded.Wait(LastWords);
            lock (_errors)
            {
                return string.Join(Environment.NewLine, _errors);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Input.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The shell is gone already, which is what closing its input was to bring about.
        }

        using var deadline = new CancellationTokenSource(Grace);
        try
        {
            await _process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        // The event isn't disposed of: the end of the errors may still come in, and it holds nothing but memory.
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            _errorsEnded.Set();
            return;
        }

        lock (_errors)
        {
            _errors.Enqueue(line);
            if (_errors.Count > KeptErrorLines)
            {
                _errors.Dequeue();
            }
        }
    }
}
