using Clustrix.Diagnostics;
using Clustrix.Hosts;
using Clustrix.Node;

namespace Clustrix.Preflight;

/// <summary>What a host makes where its store is going to be, for the others to see; gone again when this is disposed of.</summary>
/// <param name="host">The host.</param>
/// <param name="root">The store's root there.</param>
/// <param name="name">The mark's name, which nothing else has.</param>
internal sealed class StoreMark(IHost host, string root, string name) : IAsyncDisposable
{
    private const string Made = "clustrix mark made";
    private const string Refused = "clustrix mark refused ";
    private const string SeenHere = "clustrix mark seen ";
    private const string Ends = "clustrix mark ends";

    private static readonly string Script = HostProbe.ReadScript("mark.sh");

    private readonly HashSet<string> _seen = [];
    private IShell? _shell;
    private NodeConnection? _connection;
    private string _below = "";

    /// <summary>The mark's name.</summary>
    public string Name => name;

    /// <summary>Why the host doesn't tell what it sees; null when it has told.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Whether this host would have the store that another one would have.</summary>
    public bool SharesWith(StoreMark other) => _seen.Contains(other.Name) && _below == other._below;

    /// <summary>Makes the mark.</summary>
    /// <param name="limit">What the host has no longer than.</param>
    /// <param name="cancellationToken">Somebody doesn't want to know any more.</param>
    public Task MakeAsync(CancellationToken limit, CancellationToken cancellationToken) => NotingTroubleAsync(async either =>
    {
        _shell = await host.StartShellAsync(Script, [root, name], either).ConfigureAwait(false);
        _connection = new NodeConnection(_shell.Input, _shell.Output);

        // A login profile may print whatever it likes before.
        string line;
        while (!(line = await ReadAsync(either).ConfigureAwait(false)).StartsWith(Made, StringComparison.Ordinal))
        {
            if (line.StartsWith(Refused, StringComparison.Ordinal))
            {
                Trouble = line[Refused.Length..];
                return;
            }
        }

        _below = line[Made.Length..];
    }, limit, cancellationToken);

    /// <summary>Looks which of some marks the host sees.</summary>
    /// <param name="names">The marks.</param>
    /// <param name="limit">What the host has no longer than.</param>
    /// <param name="cancellationToken">Somebody doesn't want to know any more.</param>
    public Task LookAsync(IEnumerable<string> names, CancellationToken limit, CancellationToken cancellationToken) => NotingTroubleAsync(async either =>
    {
        await _connection!.WriteAsync(string.Join(' ', names) + "\n", either).ConfigureAwait(false);
        string line;
        while ((line = await ReadAsync(either).ConfigureAwait(false)) != Ends)
        {
            if (line.StartsWith(SeenHere, StringComparison.Ordinal))
            {
                _seen.Add(line[SeenHere.Length..]);
            }
        }
    }, limit, cancellationToken);

    public ValueTask DisposeAsync() => _shell?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<string> ReadAsync(CancellationToken cancellationToken) =>
        await _connection!.ReadLineAsync(cancellationToken).ConfigureAwait(false) ?? throw new ConnectionEndedException("The shell ended.");

    private async Task NotingTroubleAsync(Func<CancellationToken, Task> action, CancellationToken limit, CancellationToken cancellationToken)
    {
        if (Trouble is not null)
        {
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit, cancellationToken);
        try
        {
            await action(either.Token).ConfigureAwait(false);
        }
        catch (ClustrixException e)
        {
            Trouble = e.Problems[0].Message.TrimEnd('.');
        }
        catch (ConnectionEndedException)
        {
            Trouble = _shell!.ErrorTail is { Length: > 0 } words ? words.ReplaceLineEndings(" ") : "the connection ended";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Trouble = "the host hasn't answered in time";
            _shell?.Abandon();
        }
    }
}
