using System.Diagnostics;
using System.Globalization;
using System.Text;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Hosts;

namespace Clustrix.Node;

/// <summary>A conversation with the node program on one host: strictly one request, then its answer.</summary>
/// <remarks>Not safe for use by several threads at once. After an exception other than a node's own error the session is of no further use.</remarks>
public sealed class NodeSession : IAsyncDisposable
{
    // A node under load answers late; one that says nothing for so long is gone.
    private static readonly TimeSpan UsualSilence = TimeSpan.FromMinutes(2);

    // Reading a large workspace again, unpacking and checking one, removing one.
    private static readonly TimeSpan LongWork = TimeSpan.FromHours(2);

    // A build waits for it; what isn't done by then is done another day.
    private static readonly TimeSpan Tidying = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private const string Greeting = "clustrix 1 ";

    // Bytes a second, 100 Mbit/s: a host that answers a list sooner than over such a link, and with its own work, is near.
    private const double FarLink = 12.5e6;
    private static readonly TimeSpan WorkForAList = TimeSpan.FromMilliseconds(10);

    // More than any login profile has to say.
    private const int LinesBeforeGreeting = 10_000;

    private readonly IHost _host;
    private readonly IShell _shell;
    private readonly NodeConnection _connection;
    private readonly TimeSpan _silence;
    private long _unpacked;
    private bool _isNear;

    private NodeSession(IHost host, IShell shell, TimeSpan silence)
    {
        _silence = silence;
        _host = host;
        _shell = shell;
        _connection = new NodeConnection(shell.Input, shell.Output);
    }

    /// <summary>The host at the other end.</summary>
    public IHost Host => _host;

    /// <summary>The store's root on the host, absolute.</summary>
    public string Root { get; private set; } = "";

    /// <summary>What tells the store from all others.</summary>
    internal string StoreToken { get; private set; } = "";

    /// <summary>Whether there is a store; otherwise the session is a visit, and what it finds is what it would find in an empty one.</summary>
    internal bool HasStore => !StoreToken.StartsWith("new-", StringComparison.Ordinal);

    /// <summary>The session's own directory, relative to <see cref="Root"/>: archives are unpacked there before they are published.</summary>
    internal string Scratch { get; private set; } = "";

    /// <summary>Bytes sent so far.</summary>
    public long BytesSent => _connection.BytesSent + _unpacked;

    /// <summary>Bytes received so far.</summary>
    public long BytesReceived => _connection.BytesReceived;

    /// <summary>Requests made so far, each of them a round trip.</summary>
    public int Requests { get; private set; }

    /// <summary>Starts the node program and makes the first request along with it.</summary>
    /// <param name="host">Where.</param>
    /// <param name="storeRoot">The store's root on the host; empty for the host's default.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ClustrixException">No shell, a tool missing, or a store that can't be used.</exception>
    public static Task<NodeSession> OpenAsync(IHost host, string storeRoot, CancellationToken cancellationToken) =>
        OpenAsync(host, storeRoot, UsualSilence, isVisit: false, cancellationToken);

    /// <summary>As above, for who changes nothing: where there is no store yet, none is made, and the session is as with an empty one.</summary>
    internal static Task<NodeSession> VisitAsync(IHost host, string storeRoot, CancellationToken cancellationToken) =>
        OpenAsync(host, storeRoot, UsualSilence, isVisit: true, cancellationToken);

    /// <summary>As both, with another limit for a host that says nothing.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5394", Justification = "No secret: it only spreads the load.")]
    internal static async Task<NodeSession> OpenAsync(IHost host, string storeRoot, TimeSpan silence, bool isVisit, CancellationToken cancellationToken)
    {
        var waited = TimeSpan.Zero;
        for (var pause = FirstPause; ; pause *= 2)
        {
            try
            {
                return await TryOpenAsync(host, storeRoot, silence, isVisit, cancellationToken).ConfigureAwait(false);
            }
            catch (ClustrixException e) when (e.Data["patience"] is TimeSpan patience && waited < patience)
            {
                // Those who were turned away together must not come back together.
                var jittered = pause * (0.5 + Random.Shared.NextDouble());
                await Task.Delay(jittered, cancellationToken).ConfigureAwait(false);
                waited += jittered;
            }
        }
    }

    private static async Task<NodeSession> TryOpenAsync(IHost host, string storeRoot, TimeSpan silence, bool isVisit, CancellationToken cancellationToken)
    {
        var shell = await host.StartShellAsync(NodeProgram.Bootstrap, [storeRoot, NodeProgram.Digest, NodeProgram.Length.ToString(CultureInfo.InvariantCulture), isVisit ? "visit" : ""], cancellationToken).ConfigureAwait(false);
        var session = new NodeSession(host, shell, silence);
        try
        {
            await session.GreetAsync(storeRoot, cancellationToken).ConfigureAwait(false);
            return session;
        }
        catch (Exception e)
        {
            if (e is OperationCanceledException)
            {
                // One that is still looking for its host doesn't notice that its input has ended.
                shell.Abandon();
            }

            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _shell.DisposeAsync();

    /// <summary>Cuts off what is under way: nobody waits for its answer any more. The session is to be disposed of all the same.</summary>
    internal void Abandon() => _shell.Abandon();

    /// <summary>Sends a request and returns the words behind <c>ok</c>. Lines before that go to <paramref name="onLine"/>.</summary>
    /// <param name="request">One line without its end.</param>
    /// <param name="onLine">Gets the lines of the answer; null when there are none to expect.</param>
    /// <param name="cancellationToken">Gives up; the session is then of no further use.</param>
    internal async Task<string> AskAsync(string request, Func<string, CancellationToken, Task>? onLine, CancellationToken cancellationToken)
    {
        await SendAsync(request + "\n", cancellationToken).ConfigureAwait(false);
        return await AnswerAsync(onLine, LimitOf(request), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a request that may have a list behind it, and whose answer is a list.</summary>
    internal async Task<List<T>> AskListAsync<T>(string request, IEnumerable<string>? list, Func<string, T> parse, CancellationToken cancellationToken)
    {
        var (bytes, start) = (_connection.BytesSent + _connection.BytesReceived, Stopwatch.GetTimestamp());
        await SendAsync(WithList(request, list), cancellationToken).ConfigureAwait(false);
        var lines = new List<T>();
        while (await ReadLineAsync(LimitOf(request), cancellationToken).ConfigureAwait(false) is var line && line != ".")
        {
            ThrowIfError(line);
            lines.Add(Read(line, parse));
        }

        bytes = _connection.BytesSent + _connection.BytesReceived - bytes;
        _isNear = Stopwatch.GetElapsedTime(start) < WorkForAList + TimeSpan.FromSeconds(bytes / FarLink);
        return lines;
    }

    /// <summary>Sends a request with a list behind it and returns the words behind <c>ok</c>.</summary>
    internal Task<string> AskWithListAsync(string request, IEnumerable<string> list, CancellationToken cancellationToken) =>
        AskWithListAsync(request, list, null, cancellationToken);

    /// <summary>The same for an answer with lines before its end.</summary>
    internal async Task<string> AskWithListAsync(
        string request, IEnumerable<string>? list, Func<string, CancellationToken, Task>? onLine, CancellationToken cancellationToken)
    {
        await SendAsync(WithList(request, list), cancellationToken).ConfigureAwait(false);
        return await AnswerAsync(onLine, LimitOf(request), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a request with a stream behind it.</summary>
    internal async Task<string> SendStreamAsync(
        string request,
        Action<PieceStream> write,
        Func<string, CancellationToken, Task>? onLine,
        CancellationToken cancellationToken)
    {
        await SendAsync(request + "\n", cancellationToken).ConfigureAwait(false);
        await GuardAsync(token => _connection.WritePiecesAsync(write, _host.CompressesTransfers ? new CompressionChoice(_isNear) : null, token), TimeSpan.FromHours(24), cancellationToken).ConfigureAwait(false);
        return await AnswerAsync(onLine, LimitOf(request), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Unpacks a stream in this session's own directory through a shell of its own: nothing stands between the stream and tar.</summary>
    internal async Task UnpackAsync(Action<PieceStream> write, CancellationToken cancellationToken)
    {
        var shell = await _host.StartShellAsync(
            "exec sh \"$1/node/$2.sh\" unpack \"$1\" \"$3\"", [Root, NodeProgram.Digest, Scratch[(Scratch.IndexOf('/', StringComparison.Ordinal) + 1)..]], cancellationToken).ConfigureAwait(false);
        var session = new NodeSession(_host, shell, _silence);
        await using (session.ConfigureAwait(false))
        {
            try
            {
                await session.GuardAsync(token => session._connection.WriteAllAsync(write, token), TimeSpan.FromHours(24), cancellationToken).ConfigureAwait(false);
            }
            catch (ClustrixException e) when (e.Code == ErrorCode.ConnectionLost)
            {
                // A tar that gave up says why.
                await session.AnswerAsync(null, _silence, cancellationToken).ConfigureAwait(false);
                throw;
            }

            await session.AnswerAsync(null, LongWork, cancellationToken).ConfigureAwait(false);
        }

        _unpacked += session.BytesSent + session.BytesReceived;
    }

    /// <summary>Sends a request that may have a list behind it, and reads the stream that it is answered with.</summary>
    internal async Task<string> ReceiveStreamAsync(
        string request, IEnumerable<string>? list, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        await SendAsync(WithList(request, list), cancellationToken).ConfigureAwait(false);
        await GuardAsync(
            async token =>
            {
                var pieces = _connection.ReadPieces();
                await using (pieces.ConfigureAwait(false))
                {
                    try
                    {
                        await read(pieces, token).ConfigureAwait(false);
                    }
                    catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
                    {
                        // A node that can't go on ends the stream, and says why behind it.
                        await pieces.CopyToAsync(Stream.Null, token).ConfigureAwait(false);
                        await AnswerAsync(null, _silence, token).ConfigureAwait(false);
                        throw;
                    }

                    // Whatever the reader leaves has to go before the answer can be read.
                    await pieces.CopyToAsync(Stream.Null, token).ConfigureAwait(false);
                }
            },
            TimeSpan.FromHours(24),
            cancellationToken).ConfigureAwait(false);
        return await AnswerAsync(null, _silence, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads bytes that an answer's line has announced.</summary>
    internal async Task<byte[]> ReadBytesAsync(int count, CancellationToken cancellationToken)
    {
        byte[] bytes = [];
        await GuardAsync(
            async token => bytes = await _connection.ReadBytesAsync(count, token).ConfigureAwait(false), _silence, cancellationToken).ConfigureAwait(false);
        return bytes.Length == count ? bytes : throw Lost(null);
    }

    /// <summary>Makes sense of a line of an answer.</summary>
    /// <exception cref="ClustrixException">The line isn't what the node program writes (<see cref="ErrorCode.ProtocolError"/>).</exception>
    internal T Read<T>(string line, Func<string, T> parse)
    {
        try
        {
            return parse(line);
        }
        catch (Exception e) when (e is FormatException or OverflowException or IndexOutOfRangeException or ArgumentException)
        {
            throw new ClustrixException(
                ErrorCode.ProtocolError,
                $"{_host.Name}: the node program answered '{line}'. Client and store don't fit together; remove the store's 'node' directory and start again.",
                e);
        }
    }

    private async Task GreetAsync(string storeRoot, CancellationToken cancellationToken)
    {
        var greeting = await GreetingAsync("facts\n", cancellationToken).ConfigureAwait(false);
        if (greeting == "program")
        {
            // The request that came along was read by the script that asks for the program.
            greeting = await GreetingAsync(NodeProgram.Text + "facts\n", cancellationToken).ConfigureAwait(false);
        }

        ThrowIfError(greeting);
        if (!greeting.StartsWith("ready ", StringComparison.Ordinal))
        {
            throw new ClustrixException(ErrorCode.ProtocolError, $"{_host.Name}: the node program answered '{greeting}'. Is '{storeRoot}' a store?");
        }

        (Scratch, StoreToken, Root) = Read(greeting, line => line.Split(' ', 4) is [_, var session, var token, var root] ? ("tmp/" + session, token, root) : throw new FormatException());
        Facts = NodeFacts.Parse(await AnswerAsync(null, _silence, cancellationToken).ConfigureAwait(false));
        Requests++;
    }

    /// <summary>What the host is.</summary>
    public NodeFacts Facts { get; private set; } = NodeFacts.None;

    // A login profile may print whatever it likes before the program starts, also in front of its first line.
    private async Task<string> GreetingAsync(string request, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (ClustrixException e) when (e.Code == ErrorCode.ConnectionLost)
        {
            // A node that refuses may be gone by now; why it refused is still to be read.
        }

        for (var lines = 0; lines < LinesBeforeGreeting; lines++)
        {
            string line;
            try
            {
                line = await ReadLineAsync(_silence, cancellationToken).ConfigureAwait(false);
            }
            catch (ClustrixException e) when (e.Code == ErrorCode.ConnectionLost && _host.Explain(_shell.ErrorTail) is { } explained)
            {
                explained.Data["patience"] = _host.PatienceAfter(_shell.ErrorTail);
                throw explained;
            }
            catch (ClustrixException e) when (e.Code == ErrorCode.HostTimeout)
            {
                throw new ClustrixException(
                    e.Code,
                    $"{_host.Name}: its shell hasn't answered for {Duration.Format(_silence)}. Something in the login profile of the user there may wait, or the host is overloaded: log in by hand and see.",
                    e);
            }

            var start = line.IndexOf(Greeting, StringComparison.Ordinal);
            if (start >= 0)
            {
                return line[(start + Greeting.Length)..];
            }
        }

        throw new ClustrixException(
            ErrorCode.ProtocolError,
            $"{_host.Name}: the node program doesn't answer; its shell prints something else without end. Look at the login profile of the user there.");
    }

    private async Task SendAsync(string request, CancellationToken cancellationToken)
    {
        Requests++;
        await WriteAsync(request, cancellationToken).ConfigureAwait(false);
    }

    // The request ends with the list's length; what follows its line is just so many bytes.
    private static string WithList(string request, IEnumerable<string>? list)
    {
        var text = list is null ? "" : string.Concat(list.Select(line => line + "\n"));
        return string.Create(CultureInfo.InvariantCulture, $"{request}{(list is null ? "" : $" {Encoding.UTF8.GetByteCount(text)}")}\n{text}");
    }

    private Task WriteAsync(string text, CancellationToken cancellationToken) =>
        GuardAsync(token => _connection.WriteAsync(text, token), _silence, cancellationToken);

    private TimeSpan LimitOf(string request) =>
        request.Split(' ')[0] switch
        {
            "push" or "copy" or "workspace" or "difference" or "submit" or "clean" => LongWork,
            "tidy" => Tidying,
            _ => _silence,
        };

    private async Task<string> AnswerAsync(Func<string, CancellationToken, Task>? onLine, TimeSpan limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            var line = await ReadLineAsync(limit, cancellationToken).ConfigureAwait(false);
            ThrowIfError(line);
            if (line == "ok" || line.StartsWith("ok ", StringComparison.Ordinal))
            {
                return line.Length > 3 ? line[3..] : "";
            }

            if (onLine is null)
            {
                throw new ClustrixException(ErrorCode.ProtocolError, $"{_host.Name}: unexpected answer '{line}'.");
            }

            await onLine(line, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<string> ReadLineAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        string? line = null;
        await GuardAsync(
            async token => line = await _connection.ReadLineAsync(token).ConfigureAwait(false), limit, cancellationToken).ConfigureAwait(false);
        return line ?? throw Lost(null);
    }

    private async Task GuardAsync(Func<CancellationToken, Task> work, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        try
        {
            await work(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ClustrixException(
                ErrorCode.HostTimeout,
                string.Create(CultureInfo.InvariantCulture, $"{_host.Name} hasn't answered for {Duration.Format(limit)}. Look at its load and its file system; the work there is not lost."),
                e);
        }
        catch (ConnectionEndedException e)
        {
            throw Lost(e);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new ClustrixException(ErrorCode.ProtocolError, $"{_host.Name}: what the node program sent can't be read ({e.Message}). Start again.", e);
        }
    }

    private ClustrixException Lost(Exception? inner)
    {
        var tail = _shell.ErrorTail;
        return new ClustrixException(
            ErrorCode.ConnectionLost,
            $"The connection to {_host.Name} ended in the middle of a request{(tail.Length > 0 ? $": {tail.ReplaceLineEndings(" ")}" : "")}. Start again: what has arrived is kept, and a run goes on without its client.",
            inner);
    }

    private void ThrowIfError(string line)
    {
        if (line.StartsWith("error ", StringComparison.Ordinal))
        {
            throw NodeError.ToException(_host.Name, line["error ".Length..]);
        }
    }
}
