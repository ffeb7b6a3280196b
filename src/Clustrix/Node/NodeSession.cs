using System.Diagnostics;
using System.Globalization;
using System.Text;
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

    // As much as anybody sends or fetches at once.
    private static readonly TimeSpan Streaming = TimeSpan.FromHours(24);

    // A build waits for it; what isn't done by then is done another day.
    private static readonly TimeSpan Tidying = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    // Bytes a second, 100 Mbit/s: a host that answers a list sooner than over such a link, and with its own work, is near.
    private const double FarLink = 12.5e6;
    private static readonly TimeSpan WorkForAList = TimeSpan.FromMilliseconds(10);

    private readonly NodeConversation _conversation;
    private readonly NodeGreeting _greeting;
    private long _unpacked;
    private bool _isNear;

    private NodeSession(NodeConversation conversation, NodeGreeting greeting)
    {
        _conversation = conversation;
        _greeting = greeting;
    }

    /// <summary>The host at the other end.</summary>
    public IHost Host => _conversation.Host;

    /// <summary>What the host is.</summary>
    public NodeFacts Facts => _greeting.Facts;

    /// <summary>The store's root on the host, absolute.</summary>
    public string Root => _greeting.Root;

    /// <summary>What tells the store from all others.</summary>
    internal string StoreToken => _greeting.StoreToken;

    /// <summary>Whether there is a store; otherwise the session is a visit, and what it finds is what it would find in an empty one.</summary>
    internal bool HasStore => !StoreToken.StartsWith("new-", StringComparison.Ordinal);

    /// <summary>Whether there is further use of the session: it isn't in the middle of an answer that nobody reads any more.</summary>
    internal bool IsUsable => _conversation.IsAnswered;

    /// <summary>The session's own directory, relative to <see cref="Root"/>: archives are unpacked there before they are published.</summary>
    internal string Scratch => _greeting.Scratch;

    /// <summary>Bytes sent so far.</summary>
    public long BytesSent => _conversation.BytesSent + _unpacked;

    /// <summary>Bytes received so far.</summary>
    public long BytesReceived => _conversation.BytesReceived;

    /// <summary>Requests made so far, each of them a round trip.</summary>
    public int Requests { get; private set; } = 1;

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
        var conversation = new NodeConversation(host, shell, silence);
        try
        {
            return new NodeSession(conversation, await NodeGreeting.AwaitAsync(conversation, storeRoot, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e)
        {
            if (e is OperationCanceledException)
            {
                // One that is still looking for its host doesn't notice that its input has ended.
                conversation.Abandon();
            }

            await conversation.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _conversation.DisposeAsync();

    /// <summary>Cuts off what is under way: nobody waits for its answer any more. The session is to be disposed of all the same.</summary>
    internal void Abandon() => _conversation.Abandon();

    /// <summary>Sends a request and returns the words behind <c>ok</c>. Lines before that go to <paramref name="onLine"/>.</summary>
    /// <param name="request">One line without its end.</param>
    /// <param name="onLine">Gets the lines of the answer; null when there are none to expect.</param>
    /// <param name="cancellationToken">Gives up; the session is then of no further use.</param>
    internal async Task<string> AskAsync(string request, Func<string, CancellationToken, Task>? onLine, CancellationToken cancellationToken)
    {
        await SendAsync(request + "\n", cancellationToken).ConfigureAwait(false);
        return await _conversation.AnswerAsync(onLine, LimitOf(request), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a request that may have a list behind it, and whose answer is a list.</summary>
    internal async Task<List<T>> AskListAsync<T>(string request, IEnumerable<string>? list, Func<string, T> parse, CancellationToken cancellationToken)
    {
        var (bytes, start) = (_conversation.BytesSent + _conversation.BytesReceived, Stopwatch.GetTimestamp());
        await SendAsync(WithList(request, list), cancellationToken).ConfigureAwait(false);
        var lines = new List<T>();
        while (await _conversation.ReadLineAsync(LimitOf(request), cancellationToken).ConfigureAwait(false) is var line && line != ".")
        {
            _conversation.ThrowIfError(line);
            lines.Add(Read(line, parse));
        }

        _conversation.EndRequest();
        bytes = _conversation.BytesSent + _conversation.BytesReceived - bytes;
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
        return await _conversation.AnswerAsync(onLine, LimitOf(request), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a request with a stream behind it.</summary>
    internal async Task<string> SendStreamAsync(
        string request,
        Action<PieceStream> write,
        Func<string, CancellationToken, Task>? onLine,
        CancellationToken cancellationToken)
    {
        await SendAsync(request + "\n", cancellationToken).ConfigureAwait(false);
        await _conversation.WithinAsync((connection, token) => connection.WritePiecesAsync(write, Host.CompressesTransfers ? new CompressionChoice(_isNear) : null, token), Streaming, cancellationToken).ConfigureAwait(false);
        return await _conversation.AnswerAsync(onLine, LimitOf(request), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Unpacks a stream in this session's own directory through a shell of its own: nothing stands between the stream and tar.</summary>
    internal async Task UnpackAsync(Action<PieceStream> write, CancellationToken cancellationToken)
    {
        var shell = await Host.StartShellAsync(
            "exec sh \"$1/node/$2.sh\" unpack \"$1\" \"$3\"", [Root, NodeProgram.Digest, Scratch[(Scratch.IndexOf('/', StringComparison.Ordinal) + 1)..]], cancellationToken).ConfigureAwait(false);
        var conversation = new NodeConversation(Host, shell, _conversation.Silence);
        await using (conversation.ConfigureAwait(false))
        {
            try
            {
                await conversation.WithinAsync((connection, token) => connection.WriteAllAsync(write, token), Streaming, cancellationToken).ConfigureAwait(false);
            }
            catch (ClustrixException e) when (e.Code == ErrorCode.ConnectionLost)
            {
                // A tar that gave up says why.
                await conversation.AnswerAsync(null, conversation.Silence, cancellationToken).ConfigureAwait(false);
                throw;
            }

            await conversation.AnswerAsync(null, LongWork, cancellationToken).ConfigureAwait(false);
        }

        _unpacked += conversation.BytesSent + conversation.BytesReceived;
    }

    /// <summary>Sends a request that may have a list behind it, and reads the stream that it is answered with.</summary>
    internal async Task<string> ReceiveStreamAsync(
        string request, IEnumerable<string>? list, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        await SendAsync(WithList(request, list), cancellationToken).ConfigureAwait(false);
        await _conversation.WithinAsync(
            async (connection, token) =>
            {
                var pieces = connection.ReadPieces();
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
                        await _conversation.AnswerAsync(null, _conversation.Silence, token).ConfigureAwait(false);
                        throw;
                    }

                    // Whatever the reader leaves has to go before the answer can be read.
                    await pieces.CopyToAsync(Stream.Null, token).ConfigureAwait(false);
                }
            },
            Streaming,
            cancellationToken).ConfigureAwait(false);
        return await _conversation.AnswerAsync(null, _conversation.Silence, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads bytes that an answer's line has announced.</summary>
    internal Task<byte[]> ReadBytesAsync(int count, CancellationToken cancellationToken) => _conversation.ReadBytesAsync(count, cancellationToken);

    /// <summary>Makes sense of a line of an answer.</summary>
    /// <exception cref="ClustrixException">The line isn't what the node program writes (<see cref="ErrorCode.ProtocolError"/>).</exception>
    internal T Read<T>(string line, Func<string, T> parse) => _conversation.Read(line, parse);

    private async Task SendAsync(string request, CancellationToken cancellationToken)
    {
        Requests++;
        await _conversation.BeginRequestAsync(request, cancellationToken).ConfigureAwait(false);
    }

    // The request ends with the list's length; what follows its line is just so many bytes.
    private static string WithList(string request, IEnumerable<string>? list)
    {
        var text = list is null ? "" : string.Concat(list.Select(line => line + "\n"));
        return string.Create(CultureInfo.InvariantCulture, $"{request}{(list is null ? "" : $" {Encoding.UTF8.GetByteCount(text)}")}\n{text}");
    }

    private TimeSpan LimitOf(string request) =>
        request.Split(' ')[0] switch
        {
            "push" or "copy" or "workspace" or "difference" or "submit" or "clean" => LongWork,
            "tidy" => Tidying,
            _ => _conversation.Silence,
        };
}
