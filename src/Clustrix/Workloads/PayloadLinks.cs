using Clustrix.Diagnostics;

namespace Clustrix.Workloads;

/// <summary>Finds the symbolic links of a payload that lead out of it, on their own or through other links.</summary>
internal sealed class PayloadLinks(PayloadMerge payload)
{
    private const int MostLinksOnAWay = 40;

    /// <summary>One problem for each link that leads out.</summary>
    public IEnumerable<Problem> Problems =>
        payload.Files
            .Where(placed => placed.File.Kind == FileKind.SymbolicLink && LeadsOut(placed.File))
            .Select(placed => placed.Origin.Problem(
                ErrorCode.PayloadEscapesRoot,
                $"The link {placed.File.Path.Quote()} in '{placed.Origin.Layer}' points at {placed.File.LinkTarget!.Quote()}, outside the payload. Put a copy in its place, make it relative to something in the payload, or leave it out by Exclude."));

    // The way is walked as the kernel would, because a '..' behind a link goes up from where the link leads. A loop leads nowhere.
    private bool LeadsOut(LayerFile link)
    {
        var at = new List<string>();
        var ahead = new Stack<string>();
        Push(ahead, link.Path);
        for (var links = 0; ahead.TryPop(out var name);)
        {
            if (name is "" or ".")
            {
                continue;
            }

            if (name == "..")
            {
                if (at.Count == 0)
                {
                    return true;
                }

                at.RemoveAt(at.Count - 1);
                continue;
            }

            at.Add(name);
            if (payload.Find(string.Join('/', at))?.LinkTarget is { } target)
            {
                if (target.StartsWith('/'))
                {
                    return true;
                }

                if (++links > MostLinksOnAWay)
                {
                    return false;
                }

                at.RemoveAt(at.Count - 1);
                Push(ahead, target);
            }
        }

        return false;
    }

    private static void Push(Stack<string> ahead, string path)
    {
        foreach (var name in path.Split('/').Reverse())
        {
            ahead.Push(name);
        }
    }
}
