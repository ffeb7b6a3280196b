using System.Globalization;
using System.Text;
using Clustrix.Node;
using Clustrix.Workloads;

namespace Clustrix.Runs;

/// <summary>Writes an item as the few lines of shell that a worker reads.</summary>
internal static class ItemScript
{
    /// <summary>The lines for an item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="key">Its key, as a path below the store's <c>res</c>.</param>
    /// <param name="lateAfter">After how long it is a straggler; null for never.</param>
    public static string Write(Item item, string key, TimeSpan? lateAfter)
    {
        var script = new StringBuilder();
        Line($"item_command={ShellText.Quote(ItemCommand.Of(item))}");
        Line($"item_cwd={ShellText.Quote(item.WorkingDirectory)}");
        Line($"item_timeout={(long)Math.Ceiling(item.Timeout.TotalSeconds)}");
        Line($"item_retries={item.Retries}");
        Line($"item_retry_on={ShellText.Quote(string.Join(' ', RetryCausesText.Write(item.RetryOn)))}");
        Line($"item_steps={item.Steps.Count}");
        Line($"item_key={key}");
        if (lateAfter is { } late)
        {
            Line($"item_late={(long)Math.Ceiling(late.TotalSeconds)}");
        }

        if (item.Nodes > 1)
        {
            Line($"item_nodes={item.Nodes}");
        }

        Line($"item_environment() {{");
        Line($":");
        foreach (var (name, value) in item.Environment.Where(_ => item.Modules.Count == 0).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Line($"{ShellText.Export(name, value)}");
        }

        Line($"}}");
        Line($"item_outputs() {{");
        Line($":");
        foreach (var output in item.Outputs)
        {
            Line($"pattern {ShellText.Quote(output)} {ShellText.Join(Segments(output))}");
        }

        Line($"}}");
        return script.ToString();

        void Line(FormattableString line) => script.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    // A pattern that ends with a slash means everything below.
    private static IEnumerable<string> Segments(string pattern) =>
        pattern.EndsWith('/') ? [.. Split(pattern), "**"] : Split(pattern);

    private static string[] Split(string pattern) => pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
}
