using System.Globalization;
using System.Text;

namespace Clustrix.Bench;

/// <summary>The figures of <see cref="ManyBench"/> for people. Two lines of five points need no library for plots.</summary>
internal static class ManyPlot
{
    private const int Width = 720;
    private const int Height = 260;
    private const int Margin = 60;
    private const double MemoryLimit = 300;

    /// <summary>A page with the table and the plot.</summary>
    public static string Tabulate(IReadOnlyList<ManyCost> costs)
    {
        var text = new StringBuilder("""
            # Very many items

            What a run costs the client, by the number of its items: planned, run, one log for each item collected, all accounts written. The
            workers are stubs, which write what workers write and start no process, so that the client is what is measured; what they take is
            part of the column Run. Memory is the most that the client's process had at any time.

            `bench/run.sh many docs` measures it and writes this page.

            ![Milliseconds for each item, and memory, by the number of items](scale.svg)

            | Items | Plan | Run | Collect | Report | For each item | Memory |
            |---:|---:|---:|---:|---:|---:|---:|

            """);
        foreach (var cost in costs)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {cost.Items:N0} | {cost.Plan:0.00} s | {cost.Run:0.00} s | {cost.Collection:0.00} s | {cost.Account:0.00} s | {cost.PerItem:0.00} ms | {cost.Megabytes:0} MB |\n");
        }

        return text.ToString();
    }

    /// <summary>The plot: milliseconds for each item above, megabytes with their limit below. A cost that is linear is a level line above.</summary>
    public static string Draw(IReadOnlyList<ManyCost> costs)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {2 * Height}" font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="#fff"/>

            """);
        AddPanel(svg, 0, "milliseconds for each item", costs, cost => cost.PerItem, 0);
        AddPanel(svg, Height, "memory of the client, MB", costs, cost => cost.Megabytes, MemoryLimit);
        return svg.Append("</svg>\n").ToString();
    }

    private static void AddPanel(StringBuilder svg, int top, string title, IReadOnlyList<ManyCost> costs, Func<ManyCost, double> value, double limit)
    {
        var most = Math.Max(limit, costs.Max(value)) * 1.15;
        double X(ManyCost cost) => Margin + ((Width - (2 * Margin)) * (double)cost.Items / costs[^1].Items);
        double Y(double y) => top + Height - 40 - ((Height - 80) * y / most);
        Text(Margin, top + 22, "start", title);
        Line(Margin, Y(0), Width - Margin, Y(0), "#222", "");
        Line(Margin, Y(0), Margin, Y(most), "#222", "");
        if (limit > 0)
        {
            Line(Margin, Y(limit), Width - Margin, Y(limit), "#c2453c", " stroke-dasharray=\"4 4\"");
            Text(Margin - 6, Y(limit) + 4, "end", limit.ToString("0", CultureInfo.InvariantCulture));
        }

        svg.Append(CultureInfo.InvariantCulture, $"<polyline fill=\"none\" stroke=\"#4a8f5c\" stroke-width=\"2\" points=\"{string.Join(' ', costs.Select(cost => string.Create(CultureInfo.InvariantCulture, $"{X(cost):0.#},{Y(value(cost)):0.#}")))}\"/>\n");
        foreach (var cost in costs)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(cost):0.#}\" cy=\"{Y(value(cost)):0.#}\" r=\"3\" fill=\"#4a8f5c\"/>\n");
            Text(X(cost), Y(value(cost)) - 8, "middle", value(cost).ToString(limit > 0 ? "0" : "0.00", CultureInfo.InvariantCulture));
            Text(X(cost), Y(0) + 18, "middle", cost.Items.ToString("N0", CultureInfo.InvariantCulture));
        }

        void Line(double x1, double y1, double x2, double y2, string colour, string more) =>
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\" stroke=\"{colour}\"{more}/>\n");

        void Text(double x, double y, string anchor, string text) =>
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\">{text}</text>\n");
    }
}
