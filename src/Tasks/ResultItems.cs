using System.Globalization;
using Clustrix.Configuration;
using Clustrix.Results;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Clustrix.MSBuild;

/// <summary>A run's results as items for later targets.</summary>
internal static class ResultItems
{
    /// <summary>The <c>ClustrixResult</c>s of a run: each named after its item, with what is known of it as metadata.</summary>
    public static IEnumerable<ITaskItem> Results(RunReport report) => report.Items.Select(item => Result(report.Run.Run, item));

    /// <summary>The <c>ClustrixArtifact</c>s of a run: the files that its items put out.</summary>
    public static IEnumerable<ITaskItem> Artifacts(RunReport report) => report.Items.SelectMany(item => Artifacts(report.Run.Run, item));

    private static TaskItem Result(string run, CollectedItem item)
    {
        var record = item.Result.Record;
        return Item(item.Result.Name, new Dictionary<string, string>
        {
            ["Run"] = run,
            ["Outcome"] = item.Result.Outcome.ToString(),
            ["ExitCode"] = Number(record?.ExitCode),
            ["Signal"] = Number(record?.Signal),
            ["Attempts"] = Number(item.Result.Attempts),
            ["Cached"] = Switch(item.Result.Cached),
            ["Flaky"] = Switch(item.Result.Flaky),
            ["Duration"] = record is null ? "" : Duration.Format(record.Duration),
            ["Worker"] = record is null ? "" : $"{record.HostName}/{record.Worker}",
            ["StandardOutput"] = item.Stdout ?? "",
            ["StandardError"] = item.Stderr ?? "",
            ["NotCollected"] = item.NotCollected?.Message ?? "",
        });
    }

    private static IEnumerable<ITaskItem> Artifacts(string run, CollectedItem item) =>
        item.Outputs.Select(file => Item(file.Path, new Dictionary<string, string>
        {
            ["Run"] = run,
            ["Item"] = item.Result.Name,
            ["Name"] = file.Name,
            ["Digest"] = file.Digest,
        }));

    // Names and paths may hold what MSBuild would take for its own syntax.
    private static TaskItem Item(string name, Dictionary<string, string> metadata) => new(Escape(name), metadata.ToDictionary(pair => pair.Key, pair => Escape(pair.Value)));

    private static string Escape(string text) =>
        string.Concat(text.Select(c => "%*?@$();'".Contains(c, StringComparison.Ordinal) ? "%" + ((int)c).ToString("x2", CultureInfo.InvariantCulture) : c.ToString()));

    private static string Number(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Switch(bool value) => value ? "true" : "false";
}
