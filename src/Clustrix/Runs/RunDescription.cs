using System.Globalization;
using Clustrix.Diagnostics;
using Clustrix.Node;
using Clustrix.Workloads;

namespace Clustrix.Runs;

/// <summary>A run of the cluster as its store describes it, for a client that didn't start it.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Items">The items, in the workload's order.</param>
/// <param name="EnvironmentHash">The digest of the workload's snapshot.</param>
/// <param name="State">What the run did when it was asked for.</param>
/// <param name="Cancelled">Whether somebody had cancelled it then.</param>
/// <param name="Workspace">The name of its payload's tree in the store.</param>
/// <param name="Tree">The digest of that tree; see <see cref="Payload.Tree"/>.</param>
/// <param name="Plan">The workers of each class of items, as they are started.</param>
public sealed record RunDescription(
    string Run,
    IReadOnlyList<Item> Items,
    string EnvironmentHash,
    RunState State,
    bool Cancelled,
    string Workspace,
    string Tree,
    string Plan)
{
    private const int LongestList = 20;

    /// <summary>The most workers that are at the run at once.</summary>
    public int Workers => Plan.Split(' ').Max(part => int.Parse(part[(part.IndexOf(':', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture));

    /// <summary>The number of an item.</summary>
    /// <param name="name">The item's name, or its number from 0.</param>
    /// <exception cref="ClustrixException">The run has no such item (<see cref="ErrorCode.UnknownItem"/>).</exception>
    public int NumberOf(string name)
    {
        for (var number = 0; number < Items.Count; number++)
        {
            if (Items[number].Name == name)
            {
                return number;
            }
        }

        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < Items.Count
            ? index
            : throw new ClustrixException(
                ErrorCode.UnknownItem, $"Run {Run} has no item '{name}'. {Configuration.NearestName.Hint(name, [.. Items.Take(LongestList).Select(item => item.Name)])}");
    }

    internal static async Task<RunDescription> AskAsync(NodeSession session, string run, CancellationToken cancellationToken)
    {
        var workspace = "";
        byte[] document = [];
        var answer = await session.AskAsync(
            $"describe {run}",
            async (line, token) =>
            {
                var (what, value) = session.Read(line, text => text.Split(' ') is [var word, var rest] ? (word, rest) : throw new FormatException());
                if (what == "workspace")
                {
                    workspace = value;
                }
                else
                {
                    document = await session.ReadBytesAsync(session.Read(value, text => int.Parse(text, CultureInfo.InvariantCulture)), token).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
        var state = answer.Split(' ');
        var (hash, tree, plan, items) = RunDocument.Read(run, document);
        return new RunDescription(run, items, hash, RunStateText.Parse(state[0]), state.Length > 1, workspace, tree, plan);
    }
}
