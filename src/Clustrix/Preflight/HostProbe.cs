using System.Globalization;
using System.Text;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Hosts;
using Clustrix.Node;

namespace Clustrix.Preflight;

/// <summary>Asks a host what it has, by a script of its own: the node program can't start where something is wrong.</summary>
/// <param name="host">The host.</param>
/// <param name="storeRoot">The store's root there; empty for the host's default.</param>
/// <param name="limit">How long all of it may take.</param>
/// <param name="time">The clock.</param>
internal sealed class HostProbe(IHost host, string storeRoot, TimeSpan limit, TimeProvider time)
{
    private const string Begins = "clustrix preflight begins";
    private const string Ends = "clustrix preflight ends";

    // More than any login profile, and more than the probe, has to say.
    private const int MostLines = 10_000;

    private readonly List<KeyValuePair<string, string>> _lines = [];
    private readonly long _started = time.GetTimestamp();
    private TimeSpan _connectTime;
    private TimeSpan _roundTrip;
    private DateTimeOffset _askedAt;

    /// <summary>The script; its parameter is the store's root.</summary>
    public static string Script { get; } = ReadScript("probe.sh");

    /// <summary>A script that the assembly brings along.</summary>
    internal static string ReadScript(string name)
    {
        using var stream = typeof(HostProbe).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly lacks its part '{name}'.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>Asks. A host that fails, hangs or ends in the middle is an answer too.</summary>
    /// <exception cref="OperationCanceledException">Somebody doesn't want to know any more.</exception>
    public async Task<ProbeAnswer> AskAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        ClustrixException? failure = null;
        try
        {
            var shell = await host.StartShellAsync(Script, [storeRoot], either.Token).ConfigureAwait(false);
            await using (shell.ConfigureAwait(false))
            {
                failure = await ConverseAsync(shell, either.Token).ConfigureAwait(false);
            }
        }
        catch (ClustrixException e)
        {
            failure = e;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            failure = TooLate();
        }

        return new ProbeAnswer(_lines.ToLookup(line => line.Key, line => line.Value, StringComparer.Ordinal), _connectTime, _roundTrip, _askedAt, failure);
    }

    private async Task<ClustrixException?> ConverseAsync(IShell shell, CancellationToken cancellationToken)
    {
        var connection = new NodeConnection(shell.Input, shell.Output);
        try
        {
            if (!await BeginAsync(connection, cancellationToken).ConfigureAwait(false))
            {
                return Unstarted(shell.ErrorTail);
            }

            for (var number = 0; number < MostLines; number++)
            {
                var line = await connection.ReadLineAsync(cancellationToken).ConfigureAwait(false);
                if (number == 0)
                {
                    _roundTrip = time.GetElapsedTime(_started) - _connectTime;
                }

                if (line is null or Ends)
                {
                    return line is null ? Ended(shell.ErrorTail) : null;
                }

                var space = line.IndexOf(' ', StringComparison.Ordinal);
                _lines.Add(space < 0 ? new(line, "") : new(line[..space], line[(space + 1)..].Trim()));
            }

            return Unstarted("");
        }
        catch (ConnectionEndedException)
        {
            return _askedAt == default ? Unstarted(shell.ErrorTail) : Ended(shell.ErrorTail);
        }
    }

    // A login profile may print whatever it likes before.
    private async Task<bool> BeginAsync(NodeConnection connection, CancellationToken cancellationToken)
    {
        for (var number = 0; number < MostLines; number++)
        {
            var line = await connection.ReadLineAsync(cancellationToken).ConfigureAwait(false);
            if (line is null)
            {
                return false;
            }

            if (line == Begins)
            {
                _connectTime = time.GetElapsedTime(_started);
                _askedAt = time.GetUtcNow();
                await connection.WriteAsync("\n", cancellationToken).ConfigureAwait(false);
                return true;
            }
        }

        return false;
    }

    private ClustrixException Unstarted(string lastWords) =>
        host.Explain(lastWords) ?? new ClustrixException(
            ErrorCode.HostUnreachable,
            $"{host.Name}: the shell there doesn't run what it is told{(lastWords.Length > 0 ? $": {lastWords.TrimEnd('.').ReplaceLineEndings(" ")}" : "")}. Look at the login shell and its profile.");

    private ClustrixException Ended(string lastWords) => new(
        ErrorCode.ConnectionLost,
        $"The connection to {host.Name} ended in the middle of the preflight{(lastWords.Length > 0 ? $": {lastWords.TrimEnd('.').ReplaceLineEndings(" ")}" : "")}. Start again.");

    private ClustrixException TooLate() => new(
        ErrorCode.HostTimeout,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{host.Name} hasn't answered within {Duration.Format(limit)}{(_lines.Count == 0 ? "" : $"; the last that it told was '{_lines[^1].Key}'")}. Look at its load and at its file systems; one that hangs, such as an NFS server that is gone, stops everything."));
}
