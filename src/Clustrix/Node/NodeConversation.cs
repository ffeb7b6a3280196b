using System.Globalization;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Hosts;

namespace Clustrix.Node;

/// <summary>What is said to the node program on one host and what it answers, each within its time. What goes wrong is told with the host's name.</summary>
/// <param name="host">The host.</param>
/// <param name="shell">The program's shell there, which ends with the conversation.</param>
/// <param name="silence">How long the host may say nothing where it has nothing long to do.</param>
internal sealed class NodeConversation(IHost host, IShell shell, TimeSpan silence) : IAsyncDisposable
{
    private readonly NodeConnection _connection = new(shell.Input, shell.Output);

    public IHost Host => host;

    public TimeSpan Silence => silence;

    /// <summary>Whether the last request was answered to its end. What is left of an answer would be taken for the next one.</summary>
    public bool IsAnswered { get; private set; } = true;

    /// <summary>The last that the shell wrote to standard error.</summary>
    public string ErrorTail => shell.ErrorTail;

    public long BytesSent => _connection.BytesSent;

    public long BytesReceived => _connection.BytesReceived;

    public ValueTask DisposeAsync() => shell.DisposeAsync();

    /// <summary>Cuts off what is under way.</summary>
    public void Abandon() => shell.Abandon();

    /// <summary>Begins a request.</summary>
    /// <exception cref="ClustrixException">The answer to the one before wasn't read to its end (<see cref="ErrorCode.ConnectionLost"/>).</exception>
    public Task BeginRequestAsync(string text, CancellationToken cancellationToken)
    {
        if (!IsAnswered)
        {
            throw Lost(null);
        }

        IsAnswered = false;
        return WriteAsync(text, cancellationToken);
    }

    /// <summary>Notes that the answer has been read to its end.</summary>
    public void EndRequest() => IsAnswered = true;

    public Task WriteAsync(string text, CancellationToken cancellationToken) =>
        WithinAsync((connection, token) => connection.WriteAsync(text, token), silence, cancellationToken);

    public async Task<string> ReadLineAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        string? line = null;
        await WithinAsync(
            async (connection, token) => line = await connection.ReadLineAsync(token).ConfigureAwait(false), limit, cancellationToken).ConfigureAwait(false);
        return line ?? throw Lost(null);
    }

    public async Task<byte[]> ReadBytesAsync(int count, CancellationToken cancellationToken)
    {
        byte[] bytes = [];
        await WithinAsync(
            async (connection, token) => bytes = await connection.ReadBytesAsync(count, token).ConfigureAwait(false), silence, cancellationToken).ConfigureAwait(false);
        return bytes.Length == count ? bytes : throw Lost(null);
    }

    /// <summary>The words behind <c>ok</c>. Lines before that go to <paramref name="onLine"/>.</summary>
    public async Task<string> AnswerAsync(Func<string, CancellationToken, Task>? onLine, TimeSpan limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            var line = await ReadLineAsync(limit, cancellationToken).ConfigureAwait(false);
            ThrowIfError(line);
            if (line == "ok" || line.StartsWith("ok ", StringComparison.Ordinal))
            {
                EndRequest();
                return line.Length > 3 ? line[3..] : "";
            }

            if (onLine is null)
            {
                throw new ClustrixException(ErrorCode.ProtocolError, $"{host.Name}: unexpected answer '{line}'.");
            }

            await onLine(line, cancellationToken).ConfigureAwait(false);
        }
    }

    public void ThrowIfError(string line)
    {
        if (line.StartsWith("error ", StringComparison.Ordinal))
        {
            EndRequest();
            throw NodeError.ToException(host.Name, line["error ".Length..]);
        }
    }

    /// <summary>Makes sense of a line of an answer.</summary>
    /// <exception cref="ClustrixException">The line isn't what the node program writes (<see cref="ErrorCode.ProtocolError"/>).</exception>
    public T Read<T>(string line, Func<string, T> parse)
    {
        try
        {
            return parse(line);
        }
        catch (Exception e) when (e is FormatException or OverflowException or IndexOutOfRangeException or ArgumentException)
        {
            throw new ClustrixException(
                ErrorCode.ProtocolError,
                $"{host.Name}: the node program answered '{line}'. Client and store don't fit together; remove the store's 'node' directory and start again.",
                e);
        }
    }

    /// <summary>Does something with the connection.</summary>
    /// <exception cref="ClustrixException">It took too long, the connection ended, or what came can't be read.</exception>
    public async Task WithinAsync(Func<NodeConnection, CancellationToken, Task> work, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        try
        {
            await work(_connection, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ClustrixException(
                ErrorCode.HostTimeout,
                string.Create(CultureInfo.InvariantCulture, $"{host.Name} hasn't answered for {Duration.Format(limit)}. Look at its load and its file system; the work there is not lost."),
                e);
        }
        catch (ConnectionEndedException e)
        {
            throw Lost(e);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new ClustrixException(ErrorCode.ProtocolError, $"{host.Name}: what the node program sent can't be read ({e.Message}). Start again.", e);
        }
    }

    private ClustrixException Lost(Exception? inner)
    {
        var tail = ErrorTail;
        return new ClustrixException(
            ErrorCode.ConnectionLost,
            $"The connection to {host.Name} ended in the middle of a request{(tail.Length > 0 ? $": {tail.TrimEnd('.').ReplaceLineEndings(" ")}" : "")}. What has arrived is kept, and a run goes on without its client; the same command finds both again.",
            inner);
    }
}
