using System.Globalization;
using Clustrix.Runs;

namespace Clustrix.Cli;

/// <summary>Shows how far a run is: a bar where somebody looks, and otherwise a line with counts every few seconds.</summary>
internal sealed class RunProgressView(Terminal terminal, TimeProvider time) : IProgress<RunProgress>, IDisposable
{
    private const int LongestBar = 30;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private long _last = time.GetTimestamp();
    private string _text = "";

    /// <inheritdoc/>
    public void Report(RunProgress value)
    {
        lock (_lock)
        {
            if (terminal.IsInteractive)
            {
                Draw(Line(value, Math.Max(terminal.Width - 1, 1)));
            }
            else if (Counts(value) is var counts && counts != _text && time.GetElapsedTime(_last) >= Pause)
            {
                _last = time.GetTimestamp();
                _text = counts;
                terminal.Error.WriteLine(counts + Remaining(value));
            }
        }
    }

    /// <summary>Takes the bar away.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (terminal.IsInteractive && _text.Length > 0)
            {
                Draw("");
            }
        }
    }

    private static string Line(RunProgress value, int width)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{value.Done}/{value.Items}{(value.Failed > 0 ? $", {value.Failed} failed" : "")}, {value.Running} running{Remaining(value)}");
        var room = Math.Min(LongestBar, width - text.Length - 3);
        var filled = value.Items == 0 ? 0 : (int)((long)Math.Max(room, 0) * value.Done / value.Items);
        var line = room < 5 ? text : $"[{new string('#', filled)}{new string('-', room - filled)}] {text}";
        return line.Length <= width ? line : line[..width];
    }

    private static string Counts(RunProgress value) => string.Create(
        CultureInfo.InvariantCulture, $"{value.Done} of {Results.Count.Of(value.Items, "item")} done{(value.Failed > 0 ? $", {value.Failed} of them failed" : "")}, {value.Running} running");

    private static string Remaining(RunProgress value) =>
        value.Remaining is { } remaining ? string.Create(CultureInfo.InvariantCulture, $", about {Math.Ceiling(remaining.TotalSeconds)} s left") : "";

    private void Draw(string line)
    {
        terminal.Error.Write($"\r{line.PadRight(_text.Length)}\r{line}");
        _text = line;
    }
}
