using Clustrix.Configuration;

namespace Clustrix.Runs;

/// <summary>How a workload is to be run.</summary>
public sealed record RunOptions
{
    /// <summary>Items that run at once on a host; 0 for one a core.</summary>
    public int Workers { get; init; }

    /// <summary>Whether an item that has passed before, with nothing changed, is taken as passed.</summary>
    public bool ReuseResults { get; init; } = true;

    /// <summary>The file in which this machine remembers how long items take, absolute; empty for none.</summary>
    public string HistoryFile { get; init; } = "";

    /// <summary>What the settings say.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="cacheDirectory">Where this machine remembers things, absolute.</param>
    internal static RunOptions Of(ResolvedSettings settings, string cacheDirectory) => new()
    {
        Workers = settings.Count(SettingsSchema.Workers),
        ReuseResults = settings.Switch(SettingsSchema.ReuseResults),
        HistoryFile = Path.Combine(cacheDirectory, "durations"),
    };
}
