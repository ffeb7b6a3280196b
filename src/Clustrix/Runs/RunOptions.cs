using Clustrix.Configuration;
using Clustrix.Runtimes;

namespace Clustrix.Runs;

/// <summary>How a workload is to be run.</summary>
public sealed record RunOptions
{
    /// <summary>Items that run at once on a host; 0 for one a core.</summary>
    public int Workers { get; init; }

    /// <summary>Bytes that an item's standard output, and its standard error, may get; of more, the end is kept.</summary>
    public long LogLimit { get; init; } = 64_000_000;

    /// <summary>How long the run goes on with no client that follows or watches it; zero: to its end.</summary>
    public TimeSpan ClientLossTimeout { get; init; }

    /// <summary>Whether an item that takes far longer than it used to is attempted a second time, by a worker that has nothing else to do.</summary>
    public bool DuplicateStragglers { get; init; } = true;

    /// <summary>Whether an item that has passed before, with nothing changed, is taken as passed.</summary>
    public bool ReuseResults { get; init; } = true;

    /// <summary>The file in which this machine remembers how long items take, absolute; empty for none.</summary>
    public string HistoryFile { get; init; } = "";

    /// <summary>Brings the .NET runtime to hosts that lack it; null when nobody does.</summary>
    public RuntimeDelivery? Runtime { get; init; }

    /// <summary>What the settings say.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="cacheDirectory">Where this machine remembers things, absolute.</param>
    /// <param name="runtime">This machine's .NET.</param>
    internal static RunOptions Of(ResolvedSettings settings, string cacheDirectory, LocalRuntime runtime) => new()
    {
        Workers = settings.Count(SettingsSchema.Workers),
        LogLimit = settings.Size(SettingsSchema.LogLimit),
        ClientLossTimeout = ReadClientLoss(settings.Text(SettingsSchema.OnClientLoss)),
        DuplicateStragglers = settings.Text(SettingsSchema.Stragglers) == "Duplicate",
        ReuseResults = settings.Switch(SettingsSchema.ReuseResults),
        Runtime = new RuntimeDelivery(Enum.Parse<RuntimePolicy>(settings.Text(SettingsSchema.DotnetRuntime)), runtime),
        HistoryFile = Path.Combine(cacheDirectory, "durations"),
    };

    // KeepRunning, or CancelAfter(TIME)
    private static TimeSpan ReadClientLoss(string text) =>
        text.Split('(', ')') is [_, var time, _] && Duration.TryParse(time, out var timeout) ? timeout : TimeSpan.Zero;
}
