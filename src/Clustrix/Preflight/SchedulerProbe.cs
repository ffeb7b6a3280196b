using System.Globalization;
using System.Text;
using Clustrix.Diagnostics;
using Clustrix.Hosts;
using Clustrix.Node;
using Clustrix.Schedulers;

namespace Clustrix.Preflight;

/// <summary>Runs a scheduler's command on a host that need not have a store, and can't be made one by that.</summary>
internal static class SchedulerProbe
{
    private const string Begins = "clustrix scheduler begins";
    private const string Ends = "clustrix scheduler ends ";

    // Where there is no timeout, the connection's end is the command's.
    private const string Script = """
        printf '\nclustrix scheduler begins\n'
        if command -v timeout >/dev/null; then timeout -k 1 "$2" sh -c "$1" </dev/null; else sh -c "$1" </dev/null; fi
        printf '\nclustrix scheduler ends %s\n' $?
        """;

    private static readonly TimeSpan Way = TimeSpan.FromSeconds(10);

    /// <summary>Runs it.</summary>
    /// <param name="host">Where.</param>
    /// <param name="command">The command, for the host's <c>sh</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ClustrixException">The host can't be reached.</exception>
    public static async Task<BatchAnswer> AskAsync(IHost host, string command, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(BatchScheduler.CommandSeconds) + Way);
        var shell = await host.StartShellAsync(Script, [command, BatchScheduler.CommandSeconds.ToString(CultureInfo.InvariantCulture)], limit.Token).ConfigureAwait(false);
        await using (shell.ConfigureAwait(false))
        {
            try
            {
                return await ReadAsync(host, shell, limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                shell.Abandon();
                return new BatchAnswer(["124"], "", "");
            }
        }
    }

    private static async Task<BatchAnswer> ReadAsync(IHost host, IShell shell, CancellationToken cancellationToken)
    {
        var connection = new NodeConnection(shell.Input, shell.Output);
        var output = new StringBuilder();
        var hasBegun = false;
        while (await connection.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (line.StartsWith(Ends, StringComparison.Ordinal))
            {
                return new BatchAnswer([line[Ends.Length..]], output.ToString(), shell.ErrorTail);
            }

            // A login profile may print whatever it likes before.
            if (hasBegun)
            {
                output.Append(line).Append('\n');
            }

            hasBegun |= line == Begins;
        }

        throw host.Explain(shell.ErrorTail) ?? new ClustrixException(ErrorCode.ConnectionLost, $"The connection to {host.Name} ended while its scheduler was asked. Start again.");
    }
}
