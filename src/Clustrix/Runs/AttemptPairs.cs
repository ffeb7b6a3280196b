namespace Clustrix.Runs;

/// <summary>The two attempts, on two hosts, at each item that took the first host too long.</summary>
internal sealed class AttemptPairs
{
    // Before the class of an entry for a second attempt.
    private const string Beside = "beside-";

    private readonly Dictionary<int, (RunPart First, RunPart Second, string Entry)> _pairs = [];

    /// <summary>Whether an entry is for a second attempt.</summary>
    public static bool IsSecond(string entry) => entry.StartsWith(Beside, StringComparison.Ordinal);

    /// <summary>Notes that a host was given the second attempt at what another one has in hand.</summary>
    /// <param name="item">The item.</param>
    /// <param name="first">The part of the host that put it up.</param>
    /// <param name="second">The part of the host that tries it too.</param>
    /// <param name="entry">The second attempt's entry.</param>
    public void Add(int item, RunPart first, RunPart second, string entry) => _pairs[item] = (first, second, entry);

    /// <summary>Ends the other one of two attempts when one has decided; a second one that fails decides nothing.</summary>
    public void Settle(RunPart part, int item, ItemState state)
    {
        if (!_pairs.TryGetValue(item, out var pair) || (state != ItemState.Done && (state != ItemState.Over || part != pair.Second)))
        {
            return;
        }

        _pairs.Remove(item);
        if (state == ItemState.Done)
        {
            var other = part == pair.Second ? pair.First : pair.Second;
            other.Queue.Remove(item);
            other.Disowned.Add(pair.Entry);
        }
    }

    /// <summary>Whether of two attempts the one that a lost host didn't have goes on.</summary>
    public bool IsLeft(RunPart lost, int item)
    {
        if (!_pairs.TryGetValue(item, out var pair))
        {
            return false;
        }

        if (lost == pair.Second)
        {
            _pairs.Remove(item);
        }

        return (lost == pair.Second ? pair.First : pair.Second).IsHere;
    }
}
