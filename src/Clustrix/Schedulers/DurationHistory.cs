using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Workloads;

namespace Clustrix.Schedulers;

/// <summary>How long items took when they last passed, whatever has changed since. It only orders work: nothing depends on it being right.</summary>
/// <remarks>One line for each item, <c>DIGEST SECONDS</c>; the digest is of the item's name and command. CI may cache the file.</remarks>
internal sealed class DurationHistory
{
    // An item that nobody knows is taken for an average one.
    private static readonly TimeSpan Unknown = TimeSpan.FromSeconds(1);

    private const double Longest = 1e9;

    private readonly string _file;
    private readonly Dictionary<string, double> _seconds;

    private DurationHistory(string file, Dictionary<string, double> seconds)
    {
        _file = file;
        _seconds = seconds;
    }

    /// <summary>Reads the file. One that isn't there or can't be read is an empty history.</summary>
    /// <param name="file">The file, absolute; empty for none.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<DurationHistory> LoadAsync(string file, CancellationToken cancellationToken)
    {
        var seconds = new Dictionary<string, double>(StringComparer.Ordinal);
        if (file.Length > 0 && File.Exists(file))
        {
            try
            {
                foreach (var line in await File.ReadAllLinesAsync(file, cancellationToken).ConfigureAwait(false))
                {
                    if (line.Split(' ') is [var key, var text] && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is >= 0 and < Longest)
                    {
                        seconds[key] = value;
                    }
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                seconds.Clear();
            }
        }

        return new DurationHistory(file, seconds);
    }

    /// <summary>How long an item is expected to take.</summary>
    public TimeSpan Of(Item item) => _seconds.TryGetValue(KeyOf(item), out var seconds) ? TimeSpan.FromSeconds(seconds) : Average;

    /// <summary>Takes the durations of a run that is over, and writes the file.</summary>
    /// <param name="items">The items.</param>
    /// <param name="results">Their results, in the same order.</param>
    /// <param name="log">Hears when it can't be written: the next run is then planned by what is known now.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task LearnAsync(IReadOnlyList<Item> items, IReadOnlyList<ItemResult> results, ILog log, CancellationToken cancellationToken)
    {
        var changed = false;
        foreach (var (item, result) in items.Zip(results).Where(pair => pair.Second is { Outcome: Outcome.Passed, Cached: false, Record: not null }))
        {
            _seconds[KeyOf(item)] = result.Record!.Duration.TotalSeconds;
            changed = true;
        }

        if (!changed || _file.Length == 0)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            var partial = $"{_file}.{Guid.NewGuid():N}";
            await File.WriteAllLinesAsync(
                partial, _seconds.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value:0.##}")), cancellationToken).ConfigureAwait(false);
            File.Move(partial, _file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Detail($"The history of durations can't be written to '{_file}': {e.Message}");
        }
    }

    private TimeSpan Average => _seconds.Count == 0 ? Unknown : TimeSpan.FromSeconds(_seconds.Values.Average());

    private static string KeyOf(Item item) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{item.Name.Length}:{item.Name}{item.Command}")).AsSpan(0, 16));
}
