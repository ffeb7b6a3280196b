using System.Globalization;

namespace Clustrix.Stores;

/// <summary>What a clean-up removed, or would remove.</summary>
/// <param name="Runs">Ids of the runs.</param>
/// <param name="Workspaces">Names of the workspaces.</param>
/// <param name="Blobs">Number of file contents.</param>
/// <param name="Bytes">Their size.</param>
public sealed record CleanResult(IReadOnlyList<string> Runs, IReadOnlyList<string> Workspaces, int Blobs, long Bytes)
{
    internal static CleanResult Parse(IEnumerable<string> lines)
    {
        var runs = new List<string>();
        var workspaces = new List<string>();
        var (blobs, bytes) = (0, 0L);
        foreach (var words in lines.Select(line => line.Split(' ')))
        {
            switch (words[0])
            {
                case "run":
                    runs.Add(words[1]);
                    break;
                case "workspace":
                    workspaces.Add(words[1]);
                    break;
                case "blob":
                    blobs++;
                    bytes += long.Parse(words[1], CultureInfo.InvariantCulture);
                    break;
            }
        }

        return new CleanResult(runs, workspaces, blobs, bytes);
    }
}
