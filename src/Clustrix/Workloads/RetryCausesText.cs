namespace Clustrix.Workloads;

/// <summary>Causes of retries as a person writes them: the names of outcomes.</summary>
public static class RetryCausesText
{
    /// <summary>The words, in the order of their outcomes.</summary>
    public static IReadOnlyList<string> Words { get; } =
        [.. Enum.GetValues<RetryCauses>().Where(cause => cause is not (RetryCauses.None or RetryCauses.All)).Select(cause => cause.ToString())];

    /// <summary>The causes that words name; words that name none are passed over.</summary>
    public static RetryCauses Read(IEnumerable<string> words) =>
        words.Where(Words.Contains).Aggregate(RetryCauses.None, (causes, word) => causes | Enum.Parse<RetryCauses>(word));

    /// <summary>The words for causes.</summary>
    public static IEnumerable<string> Write(RetryCauses causes) => Words.Where(word => causes.HasFlag(Enum.Parse<RetryCauses>(word)));
}
