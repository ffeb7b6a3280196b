using System.Globalization;
using Clustrix.Configuration;

namespace Clustrix.Preflight;

/// <summary>A preflight as a table: a row for each host.</summary>
public static class PreflightTable
{
    private const string Framework = "Microsoft.NETCore.App ";

    /// <summary>The columns.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["host", "is", "system", "cores", "memory", "free", "clock", ".NET", "store"];

    /// <summary>A cell for each column.</summary>
    public static IReadOnlyList<string> RowOf(HostReport host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return host.Facts is { } facts
            ?
            [
                host.Host,
                Word(host.Level),
                facts.RuntimeIdentifier,
                facts.Cores.ToString(CultureInfo.InvariantCulture),
                Size(facts.MemoryBytes),
                Size(facts.FreeBytes),
                facts.ClockSkew is { } skew ? string.Create(CultureInfo.InvariantCulture, $"{skew.TotalSeconds:+0.0;-0.0;0.0} s") : "-",
                facts.Frameworks.LastOrDefault(name => name.StartsWith(Framework, StringComparison.Ordinal))?[Framework.Length..] ?? "-",
                facts.StoreRoot,
            ]
            : [host.Host, Word(host.Level), .. Columns.Skip(2).Select(_ => "-")];
    }

    /// <summary>A line for each thing that was found out about the batch scheduler of a cluster.</summary>
    public static IEnumerable<string> SchedulerLines(PreflightReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.Hosts.SelectMany(host => host.OfScheduler).Select(finding => $"  {finding.Subject}: {finding.Text}");
    }

    /// <summary>A line with the count, one with the columns, one for each host, and those of the scheduler.</summary>
    public static IEnumerable<string> Lines(PreflightReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        List<IReadOnlyList<string>> rows = [Columns, .. report.Hosts.Select(RowOf)];
        int[] widths = [.. Columns.Select((_, column) => rows.Max(row => row[column].Length))];
        return
        [
            string.Create(CultureInfo.InvariantCulture, $"Clustrix: {report.Hosts.Count(host => host.Passed)} of {Results.Count.Of(report.Hosts.Count, "host")} of {report.Cluster} can be used:"),
            .. rows.Select(row => "  " + string.Join("  ", row.Zip(widths, (cell, width) => cell.PadRight(width))).TrimEnd()),
            .. SchedulerLines(report),
        ];
    }

    private static string Word(FindingLevel level) => level.ToString().ToLowerInvariant();

    private static string Size(long bytes) => bytes == 0 ? "-" : ByteSize.Format(bytes);
}
