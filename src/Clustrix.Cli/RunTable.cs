using System.Globalization;
using Clustrix.Runs;
using Spectre.Console;

namespace Clustrix.Cli;

/// <summary>A table of a run that is drawn again while the run goes on.</summary>
internal sealed class RunTable : IProgress<RunProgress>
{
    // A table of two columns of numbers has no use for more.
    private const int Widest = 100;

    private readonly IAnsiConsole _console;
    private readonly RunDescription _run;
    private readonly Lock _lock = new();
    private LiveDisplayContext? _display;
    private int? _doneBefore;

    public RunTable(Terminal terminal, RunDescription run)
    {
        _run = run;
        _console = terminal.NewConsole();
        _console.Profile.Width = Math.Min(terminal.Width, Widest);
    }

    /// <summary>Draws while the watching goes on.</summary>
    public Task ShowAsync(Func<RunTable, Task> watch) =>
        _console.Live(Draw(new RunProgress(_run.Run, _run.Items.Count, 0, 0, 0, 0, TimeSpan.Zero))).StartAsync(async display =>
        {
            _display = display;
            await watch(this).ConfigureAwait(false);
        });

    /// <inheritdoc/>
    public void Report(RunProgress value)
    {
        lock (_lock)
        {
            _display?.UpdateTarget(Draw(value));
        }
    }

    private Table Draw(RunProgress value)
    {
        var table = new Table().Border(TableBorder.Ascii).HideHeaders().AddColumns("what", "how much");

        // What was done before somebody looked says nothing about the rate.
        _doneBefore ??= value.Elapsed > TimeSpan.Zero ? value.Done : null;
        var rate = value.Elapsed > TimeSpan.Zero ? (value.Done - (_doneBefore ?? 0)) / value.Elapsed.TotalSeconds : 0;
        Row("run", $"{value.Run}");
        Row("items", $"{value.Done} of {value.Items} done");
        Row("failed", $"{value.Failed}");
        Row("reused", $"{value.Cached}");
        Row("workers", $"{value.Running} busy of {_run.Workers}");
        Row("rate", $"{rate:0.0} items/s");
        Row("left", rate > 0 ? $"about {Math.Ceiling((value.Items - value.Done) / rate)} s" : (FormattableString)$"unknown");
        return table;

        void Row(string name, FormattableString text) => table.AddRow(name, Markup.Escape(text.ToString(CultureInfo.InvariantCulture)));
    }
}
