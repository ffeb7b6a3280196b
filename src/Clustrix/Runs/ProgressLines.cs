using System.Globalization;
using Clustrix.Diagnostics;

namespace Clustrix.Runs;

/// <summary>A run's progress as lines of a log: counts, only when they have changed, and at most one in a few seconds.</summary>
/// <param name="log">Gets the lines.</param>
/// <param name="time">The clock.</param>
public sealed class ProgressLines(ILog log, TimeProvider time) : IProgress<RunProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private long _last = time.GetTimestamp();
    private string _text = "";

    /// <inheritdoc/>
    public void Report(RunProgress value)
    {
        lock (_lock)
        {
            var text = Text(value);
            if (text == _text || time.GetElapsedTime(_last) < Pause)
            {
                return;
            }

            _last = time.GetTimestamp();
            _text = text;
            log.Say(value.Remaining is { } remaining
                ? string.Create(CultureInfo.InvariantCulture, $"{text}, about {Math.Ceiling(remaining.TotalSeconds)} s left")
                : text);
        }
    }

    private static string Text(RunProgress value) => string.Create(
        CultureInfo.InvariantCulture,
        $"Clustrix: {value.Done} of {Results.Count.Of(value.Items, "item")} done{(value.Failed > 0 ? $", {value.Failed} of them failed" : "")}, {value.Running} running");
}
