using Clustrix.Configuration;
using Clustrix.Diagnostics;

namespace Clustrix.Node;

/// <summary>What the node program says of itself when it begins.</summary>
/// <param name="Scratch">The session's own directory, relative to <paramref name="Root"/>.</param>
/// <param name="StoreToken">What tells the store from all others.</param>
/// <param name="Root">The store's root, absolute.</param>
/// <param name="Facts">What the host is: the answer to the first request.</param>
internal sealed record NodeGreeting(string Scratch, string StoreToken, string Root, NodeFacts Facts)
{
    private const string Mark = "clustrix 1 ";

    // More than any login profile has to say.
    private const int LinesBefore = 10_000;

    /// <summary>Makes the first request along with the program's start, and brings the program where the host doesn't have it.</summary>
    /// <exception cref="ClustrixException">No shell, a tool missing, or a store that can't be used.</exception>
    public static async Task<NodeGreeting> AwaitAsync(NodeConversation conversation, string storeRoot, CancellationToken cancellationToken)
    {
        var greeting = await ExchangeAsync(conversation, "facts\n", cancellationToken).ConfigureAwait(false);
        if (greeting == "program")
        {
            // The request that came along was read by the script that asks for the program.
            greeting = await ExchangeAsync(conversation, NodeProgram.Text + "facts\n", cancellationToken).ConfigureAwait(false);
        }

        conversation.ThrowIfError(greeting);
        if (!greeting.StartsWith("ready ", StringComparison.Ordinal))
        {
            throw new ClustrixException(ErrorCode.ProtocolError, $"{conversation.Host.Name}: the node program answered '{greeting}'. Is '{storeRoot}' a store?");
        }

        var (session, token, root) = conversation.Read(greeting, line => line.Split(' ', 4) is [_, var first, var second, var rest] ? (first, second, rest) : throw new FormatException());
        return new NodeGreeting(
            "tmp/" + session, token, root, NodeFacts.Parse(await conversation.AnswerAsync(null, conversation.Silence, cancellationToken).ConfigureAwait(false)));
    }

    // A login profile may print whatever it likes before the program starts, also in front of its first line.
    private static async Task<string> ExchangeAsync(NodeConversation conversation, string request, CancellationToken cancellationToken)
    {
        try
        {
            await conversation.WriteAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (ClustrixException e) when (e.Code == ErrorCode.ConnectionLost)
        {
            // A node that refuses may be gone by now; why it refused is still to be read.
        }

        var host = conversation.Host;
        for (var lines = 0; lines < LinesBefore; lines++)
        {
            string line;
            try
            {
                line = await conversation.ReadLineAsync(conversation.Silence, cancellationToken).ConfigureAwait(false);
            }
            catch (ClustrixException e) when (e.Code == ErrorCode.ConnectionLost && host.Explain(conversation.ErrorTail) is { } explained)
            {
                explained.Data["patience"] = host.PatienceAfter(conversation.ErrorTail);
                throw explained;
            }
            catch (ClustrixException e) when (e.Code == ErrorCode.HostTimeout)
            {
                throw new ClustrixException(
                    e.Code,
                    $"{host.Name}: its shell hasn't answered for {Duration.Format(conversation.Silence)}. Something in the login profile of the user there may wait, or the host is overloaded: log in by hand and see.",
                    e);
            }

            var start = line.IndexOf(Mark, StringComparison.Ordinal);
            if (start >= 0)
            {
                return line[(start + Mark.Length)..];
            }
        }

        throw new ClustrixException(
            ErrorCode.ProtocolError,
            $"{host.Name}: the node program doesn't answer; its shell prints something else without end. Look at the login profile of the user there.");
    }
}
