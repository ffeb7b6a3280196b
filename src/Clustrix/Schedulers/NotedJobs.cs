using System.Globalization;

namespace Clustrix.Schedulers;

/// <summary>The jobs of a run as its store knows them.</summary>
/// <param name="Directory">The run's directory below the store's root.</param>
/// <param name="Ids">The jobs' ids, by the arrays' names.</param>
/// <param name="Begun">The numbers of the workers that were ever started, by the arrays' names.</param>
internal sealed record NotedJobs(string Directory, IReadOnlyDictionary<string, string> Ids, IReadOnlyDictionary<string, IReadOnlyList<int>> Begun)
{
    /// <summary>Reads <c>directory DIRECTORY</c> and, for each array, <c>NAME JOB NUMBERS</c>.</summary>
    /// <exception cref="FormatException">The lines aren't like that.</exception>
    public static NotedJobs Parse(IReadOnlyList<string> lines)
    {
        string[][] jobs = [.. lines.Skip(1).Select(line => line.Split(' ') is { Length: 3 } words ? words : throw new FormatException(line))];
        return new NotedJobs(
            lines is [var first, ..] && first.Split(' ') is ["directory", var directory] ? directory : throw new FormatException(),
            jobs.ToDictionary(words => words[0], words => words[1].Split(';')[0], StringComparer.Ordinal),
            jobs.ToDictionary(words => words[0], words => Numbers(words[2]), StringComparer.Ordinal));
    }

    private static IReadOnlyList<int> Numbers(string text) =>
        text == "none" ? [] : [.. text.Split(',').Select(number => int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture))];
}
