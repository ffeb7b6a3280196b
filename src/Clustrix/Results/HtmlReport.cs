using System.Globalization;
using System.Net;
using System.Text;
using Clustrix.Configuration;
using Clustrix.Stores;

namespace Clustrix.Results;

/// <summary>The account of a run as one page that needs nothing else: who did what when, how busy the workers were, what failed, what it cost.</summary>
public static class HtmlReport
{
    private const int Width = 1000;
    private const int RowHeight = 18;
    private const int BarsShown = 20_000;
    private const int RowsShown = 500;

    private const string Head = """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Run {0}</title>
        <style>
        body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 1100px; padding: 0 1em; color: #222; background: #fff }}
        h1 {{ font-size: 1.4em }} h2 {{ font-size: 1.1em; margin-top: 2em }}
        table {{ border-collapse: collapse }} td, th {{ text-align: left; padding: .15em 1em .15em 0; vertical-align: top }} td.n {{ text-align: right }}
        svg {{ width: 100%; background: #f5f5f5 }} svg text {{ font-size: 11px }} code {{ font-size: .9em }}
        .Passed {{ fill: #4a8f5c }} .other {{ fill: #c2453c }} .failed {{ color: #c2453c }}
        </style></head><body>

        """;

    private static readonly CompositeFormat HeadFormat = CompositeFormat.Parse(Head);

    /// <summary>Writes the page.</summary>
    public static string Write(RunReport report)
    {
        var run = report.Run;
        var page = new StringBuilder().AppendFormat(CultureInfo.InvariantCulture, HeadFormat, Encode(run.Run));
        Line($"<h1>Run {Encode(run.Run)}: {Encode(Summary.Verdict(report))}</h1>");
        Line($"<p>{Encode(Summary.Counts(report))}.</p>");
        AddFigures(page, report);
        AddTimeline(page, report);
        AddItems(page, "Not passed", report.Failures);
        AddItems(page, "Passed, not at once", report.Items.Where(item => item.Result is { Outcome: Outcome.Passed, OtherAttempts.Count: > 0 }));
        AddItems(page, "Slowest", report.Items.Where(item => item.Result is { Record: not null, Cached: false }).OrderByDescending(item => item.Result.Record!.Duration).Take(20));
        return page.Append("</body></html>\n").ToString();

        void Line(FormattableString line) => page.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static void AddFigures(StringBuilder page, RunReport report)
    {
        var durations = Executed(report).Select(record => record.Duration).ToList();
        var busy = durations.Aggregate(TimeSpan.Zero, (sum, duration) => sum + duration);
        var workers = Math.Max(1, report.Run.Workers);

        // No plan can be quicker: neither than the longest item, nor than the work shared out evenly.
        var bound = durations.Count == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Max(busy.Ticks / workers, durations.Max().Ticks));
        var elapsed = report.Run.Elapsed;
        page.Append("<table>\n");
        Row("Workers", $"{report.Run.Workers}");
        Row("Time", $"{elapsed.TotalSeconds:0.0} s; the lower bound is {bound.TotalSeconds:0.0} s{(bound > TimeSpan.Zero ? $", this is {elapsed / bound:0.00} times as long" : "")}");
        Row("Busy", $"{busy.TotalSeconds:0.0} s in items, {(elapsed > TimeSpan.Zero ? busy / elapsed / workers : 0):P0} of the workers' time");
        if (report.Push != PushResult.None)
        {
            Row("Payload", $"{Count.Of(report.Push.FilesSent, "file")} sent ({ByteSize.Format(report.Push.ContentBytesSent)}), {report.Push.FilesReused} were there");
            Row("Spent", $"{ByteSize.Format(report.Push.WireBytes)} and {report.Push.Requests} round trips for the push; {(report.Run.SchedulerCalls == 0 ? "no scheduler was called" : $"{Count.Of(report.Run.SchedulerCalls, "command")} of the scheduler")}");
        }

        page.Append("</table>\n");

        void Row(string name, FormattableString value) =>
            page.Append(CultureInfo.InvariantCulture, $"<tr><th>{name}</th><td>{Encode(value.ToString(CultureInfo.InvariantCulture))}</td></tr>\n");
    }

    private static void AddTimeline(StringBuilder page, RunReport report)
    {
        var bars = report.Items.Where(item => item.Result is { Record: not null, Cached: false })
            .OrderByDescending(item => item.Result.Record!.Duration).Take(BarsShown).Select(item => item.Result).ToList();
        if (bars.Count == 0)
        {
            return;
        }

        var rows = bars.Select(bar => WorkerOf(bar.Record!)).Distinct().Order(StringComparer.Ordinal).Select((worker, row) => (worker, row)).ToDictionary(pair => pair.worker, pair => pair.row);
        var begin = bars.Min(bar => bar.Record!.Started);
        var end = bars.Max(bar => bar.Record!.Started + bar.Record.Duration);
        var scale = Width / Math.Max(0.01, (end - begin).TotalSeconds);
        page.Append(CultureInfo.InvariantCulture, $"<h2>Timeline, {(end - begin).TotalSeconds:0.0} s</h2>\n<svg viewBox=\"0 0 {Width} {rows.Count * RowHeight}\" role=\"img\">\n");
        foreach (var bar in bars)
        {
            var record = bar.Record!;
            var x = (record.Started - begin).TotalSeconds * scale;
            page.Append(
                CultureInfo.InvariantCulture,
                $"<rect class=\"{(bar.Outcome == Outcome.Passed ? "Passed" : "other")}\" x=\"{x:0.##}\" y=\"{(rows[WorkerOf(record)] * RowHeight) + 1}\" width=\"{Math.Max(0.5, (record.Duration.TotalSeconds * scale) - 0.5):0.##}\" height=\"{RowHeight - 2}\"><title>{Encode(bar.Name)}: {bar.Outcome}, {record.Duration.TotalSeconds:0.00} s on {Encode(WorkerOf(record))}</title></rect>\n");
        }

        foreach (var (worker, row) in rows)
        {
            page.Append(CultureInfo.InvariantCulture, $"<text x=\"4\" y=\"{(row * RowHeight) + 13}\">{Encode(worker)}</text>\n");
        }

        page.Append("</svg>\n");
    }

    private static void AddItems(StringBuilder page, string title, IEnumerable<CollectedItem> items)
    {
        var shown = items.Take(RowsShown).ToList();
        if (shown.Count == 0)
        {
            return;
        }

        page.Append(CultureInfo.InvariantCulture, $"<h2>{title}</h2>\n<table>\n<tr><th>Item</th><th>Outcome</th><th>Time</th><th>Worker</th><th>Attempts</th></tr>\n");
        foreach (var item in shown)
        {
            var result = item.Result;
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr><td>{Encode(result.Name)}</td><td{(item.IsWhole ? "" : " class=\"failed\"")}>{Encode(Words(item))}</td><td class=\"n\">{result.Record?.Duration.TotalSeconds:0.00} s</td><td>{Encode(result.Record is { } record ? WorkerOf(record) : "")}</td><td>{Encode(AttemptsOf(result))}</td></tr>\n");
        }

        page.Append("</table>\n");
    }

    private static string AttemptsOf(ItemResult result) =>
        result.OtherAttempts.Count == 0 ? result.Attempts.ToString(CultureInfo.InvariantCulture) : $"{result.Attempts}; others: {string.Join("; ", result.OtherAttempts)}";

    private static string Words(CollectedItem item) =>
        item.Result.Outcome != Outcome.Passed ? ItemFailure.Reason(item.Result)
        : item.NotCollected is { } notCollected ? notCollected.Message
        : item.Result.Flaky ? "Passed, flaky"
        : "Passed";

    private static IEnumerable<AttemptRecord> Executed(RunReport report) =>
        report.Run.Results.Where(result => result is { Record: not null, Cached: false }).Select(result => result.Record!);

    private static string WorkerOf(AttemptRecord record) => $"{record.HostName}/{record.Worker}";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
