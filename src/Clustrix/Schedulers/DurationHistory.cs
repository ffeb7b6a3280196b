using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Workloads;

namespace Clustrix.Schedulers;

/// <summary>How long items took when they last passed, and which failed the last time, whatever has changed since. It only orders work: nothing depends on it being right.</summary>
/// <remarks>
/// A line with the format, then one for each item, <c>DIGEST +|- DAY SECONDS,SECONDS…</c>; the digest is of the item's name and command,
/// and <c>-</c> says that it failed the last time. CI may cache the file; one of another format is an empty history.
/// </remarks>
internal sealed class DurationHistory
{
    /// <summary>How many items are remembered; those that weren't run for longest go first.</summary>
    public const int MostItems = 50_000;

    private const string Format = "clustrix-durations 2";
    private const double Longest = 1e9;

    // An item of which nothing is known at all.
    private static readonly TimeSpan Unknown = TimeSpan.FromSeconds(1);

    private readonly string _file;
    private readonly Dictionary<string, PastDurations> _past;
    private readonly TimeSpan _average;

    private DurationHistory(string file, Dictionary<string, PastDurations> past)
    {
        _file = file;
        _past = past;
        _average = past.Values.Select(item => item.Median).OfType<double>().ToList() is { Count: > 0 } medians ? TimeSpan.FromSeconds(medians.Average()) : Unknown;
    }

    /// <summary>Reads the file. One that isn't there or can't be read is an empty history.</summary>
    /// <param name="file">The file, absolute; empty for none.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<DurationHistory> LoadAsync(string file, CancellationToken cancellationToken) =>
        new(file, await ReadAsync(file, cancellationToken).ConfigureAwait(false));

    /// <summary>What an item is expected to do; a new one is taken for an average one.</summary>
    public Expectation Of(Item item) => _past.GetValueOrDefault(KeyOf(item)) is { } past
        ? new(past.Median is { } median ? TimeSpan.FromSeconds(median) : _average, past.Median is null ? null : TimeSpan.FromSeconds(past.Spread), past.FailedLast)
        : new(_average, null, IsUrgent: true);

    /// <summary>Takes the durations of a run that is over, and writes the file.</summary>
    /// <param name="items">The items.</param>
    /// <param name="results">Their results, in the same order.</param>
    /// <param name="today">The day of the run.</param>
    /// <param name="log">Hears when it can't be written: the next run is then planned by what is known now.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task LearnAsync(IReadOnlyList<Item> items, IReadOnlyList<ItemResult> results, DateOnly today, ILog log, CancellationToken cancellationToken)
    {
        var news = items.Zip(results).Where(pair => pair.Second is { Cached: false, Record: not null } && pair.Second.Outcome != Outcome.Cancelled).ToList();
        if (news.Count == 0 || _file.Length == 0)
        {
            return;
        }

        try
        {
            // Another run may have written since this one began: both are to be remembered.
            var past = await ReadAsync(_file, cancellationToken).ConfigureAwait(false);
            foreach (var (item, result) in news)
            {
                var known = past.GetValueOrDefault(KeyOf(item), new PastDurations([], FailedLast: false, 0));
                past[KeyOf(item)] = result.Outcome == Outcome.Passed
                    ? known.Passed(result.Record!.Duration.TotalSeconds, today.DayNumber)
                    : known.Failed(today.DayNumber);
            }

            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            var partial = $"{_file}.{Guid.NewGuid():N}";
            await File.WriteAllLinesAsync(partial, [Format, .. Lines(past)], cancellationToken).ConfigureAwait(false);
            File.Move(partial, _file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Detail($"The history of durations can't be written to '{_file}': {e.Message}");
        }
    }

    private static IEnumerable<string> Lines(Dictionary<string, PastDurations> past) =>
        past.OrderByDescending(pair => pair.Value.Day).Take(MostItems).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => string.Create(
                CultureInfo.InvariantCulture,
                $"{pair.Key} {(pair.Value.FailedLast ? '-' : '+')} {pair.Value.Day} {string.Join(',', pair.Value.Seconds.Select(seconds => seconds.ToString("0.##", CultureInfo.InvariantCulture)))}"));

    private static async Task<Dictionary<string, PastDurations>> ReadAsync(string file, CancellationToken cancellationToken)
    {
        var past = new Dictionary<string, PastDurations>(StringComparer.Ordinal);
        if (file.Length == 0 || !File.Exists(file))
        {
            return past;
        }

        try
        {
            var lines = await File.ReadAllLinesAsync(file, cancellationToken).ConfigureAwait(false);
            foreach (var line in lines.Length > 0 && lines[0] == Format ? lines.Skip(1) : [])
            {
                if (line.Split(' ') is [var key, ("+" or "-") and var end, var day, var durations]
                    && int.TryParse(day, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    && Read(durations) is { } seconds)
                {
                    past[key] = new PastDurations(seconds, end == "-", number);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            past.Clear();
        }

        return past;
    }

    private static List<double>? Read(string durations)
    {
        var seconds = new List<double>();
        foreach (var text in durations.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) || value is not (>= 0 and < Longest))
            {
                return null;
            }

            seconds.Add(value);
        }

        return [.. seconds.TakeLast(PastDurations.Most)];
    }

    private static string KeyOf(Item item) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{item.Name.Length}:{item.Name}{item.Command}")).AsSpan(0, 16));
}
