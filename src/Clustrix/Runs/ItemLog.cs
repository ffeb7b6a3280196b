using System.Globalization;
using Clustrix.Node;

namespace Clustrix.Runs;

/// <summary>Reads what an item writes, while it writes it.</summary>
/// <remarks>Reads the item's newest attempt, from its beginning; when a newer one begins, its text follows.</remarks>
public sealed class ItemLog
{
    private readonly IReadOnlyList<NodeSession> _sessions;
    private NodeSession _session;
    private readonly string _run;
    private readonly int _item;
    private string _attempt = "-";
    private long _out;
    private long _error;

    internal ItemLog(IReadOnlyList<NodeSession> sessions, string run, int item)
    {
        _sessions = sessions;
        _session = sessions[0];
        _run = run;
        _item = item;
    }

    /// <summary>How far the item was at the last reading.</summary>
    public ItemProgress Progress { get; private set; }

    /// <summary>Reads what has come since the last reading, at most 4 MiB of each stream.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The bytes of standard output and of standard error; both are empty when everything that there is was read.</returns>
    public async Task<(ReadOnlyMemory<byte> Output, ReadOnlyMemory<byte> Error)> ReadAsync(CancellationToken cancellationToken)
    {
        if (Progress == ItemProgress.Waiting)
        {
            // It may begin on any of the hosts.
            foreach (var session in _sessions)
            {
                _session = session;
                var first = await ReadOnAsync(cancellationToken).ConfigureAwait(false);
                if (Progress != ItemProgress.Waiting)
                {
                    return first;
                }
            }

            return default;
        }

        return await ReadOnAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<(ReadOnlyMemory<byte> Output, ReadOnlyMemory<byte> Error)> ReadOnAsync(CancellationToken cancellationToken)
    {
        byte[] output = [];
        byte[] error = [];
        var (nextOut, nextError) = (-1L, -1L);
        var answer = await _session.AskAsync(
            string.Create(CultureInfo.InvariantCulture, $"log {_run} {_item} {_attempt} {_out} {_error}"),
            async (line, token) =>
            {
                // What was left out of a log counts, though it never comes.
                var (stream, length, next) = _session.Read(line, ReadPiece);
                var bytes = await _session.ReadBytesAsync(length, token).ConfigureAwait(false);
                if (stream == "stdout")
                {
                    (output, nextOut) = (bytes, next);
                }
                else
                {
                    (error, nextError) = (bytes, next);
                }
            },
            cancellationToken).ConfigureAwait(false);
        var (progress, attempt) = _session.Read(answer, text => text.Split(' ') is [var first, var second] ? (first, second) : throw new FormatException());
        var (seenOut, seenError) = attempt == _attempt ? (_out, _error) : (0, 0);
        (_out, _error) = (nextOut < 0 ? seenOut : nextOut, nextError < 0 ? seenError : nextError);
        _attempt = attempt;
        Progress = progress switch { "done" => ItemProgress.Done, "running" => ItemProgress.Running, _ => ItemProgress.Waiting };
        return (output, error);
    }

    private static (string Stream, int Length, long Next) ReadPiece(string line) =>
        line.Split(' ') is [var stream, var length, var next]
            ? (stream, int.Parse(length, CultureInfo.InvariantCulture), long.Parse(next, CultureInfo.InvariantCulture))
            : throw new FormatException();
}
