using System.ComponentModel;
using System.Diagnostics;
using Clustrix.Diagnostics;

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
    private int _isDisposed;

    private ProcessShell(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>Starts a program of this machine that is a shell or leads to one.</summary>
    /// <param name="program">Its name; looked for on the PATH of <paramref name="client"/>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="client">The client's environment.</param>
    /// <param name="environment">The program's environment.</param>
    /// <param name="failure">Makes the exception when it can't be started.</param>
    public static IShell Start(
        string program,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> client,
        IReadOnlyDictionary<string, string> environment,
        Func<string, ClustrixException> failure)
    {
        var path = FindOnPath(program, client) ?? program;

        // A session of its own: Ctrl-C at the terminal goes to the build, which then still has a shell to cancel the run with.
        var setsid = FindOnPath("setsid", client);
        var start = new ProcessStartInfo(setsid ?? path)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        foreach (var argument in (string[])[.. setsid is null ? (string[])[] : [path], .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return path == program && setsid is not null
                ? throw new Win32Exception($"'{program}' isn't on the PATH")
                : new ProcessShell(Process.Start(start)!);
        }
        catch (Win32Exception e)
        {
            throw failure(e.Message);
        }
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

    public void Abandon() => _process.Kill(entireProcessTree: true);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

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

    private static string? FindOnPath(string program, IReadOnlyDictionary<string, string> client) =>
        client.GetValueOrDefault("PATH", "/usr/bin:/bin").Split(':')
            .Where(Path.IsPathRooted)
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(File.Exists);

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
