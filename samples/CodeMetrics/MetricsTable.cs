using System.Globalization;

namespace CodeMetrics;

/// <summary>The folders' metrics, one line each, with a line for all of them.</summary>
internal static class MetricsTable
{
    public static void Write(IEnumerable<FolderMetrics> folders, TextWriter output)
    {
        output.WriteLine(Row("folder", "files", "code", "comments", "types", "branches", "nesting"));
        var count = 0;
        var total = (Files: 0, Code: 0, Comments: 0, Types: 0, Branches: 0, Nesting: 0);
        foreach (var folder in folders)
        {
            count++;
            total = (total.Files + folder.Files, total.Code + folder.CodeLines, total.Comments + folder.CommentLines,
                total.Types + folder.Types, total.Branches + folder.Branches, Math.Max(total.Nesting, folder.DeepestNesting));
            output.WriteLine(Row(folder.Name, folder.Files, folder.CodeLines, folder.CommentLines, folder.Types, folder.Branches, folder.DeepestNesting));
        }

        output.WriteLine(Row($"{count} folders", total.Files, total.Code, total.Comments, total.Types, total.Branches, total.Nesting));
    }

    private static string Row(string name, params object[] cells) =>
        name.PadRight(32) + string.Concat(cells.Select(cell => Convert.ToString(cell, CultureInfo.InvariantCulture)!.PadLeft(10)));
}
