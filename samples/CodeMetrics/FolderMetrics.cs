namespace CodeMetrics;

/// <summary>What there is to know about the C# files of one folder.</summary>
/// <param name="Name">The last two names of the folder's path.</param>
/// <param name="Files">Its files.</param>
/// <param name="CodeLines">Lines with code on them.</param>
/// <param name="CommentLines">Lines with nothing but a comment.</param>
/// <param name="Types">Classes, records, structs, interfaces and enumerations.</param>
/// <param name="Branches">Places where the way through the code forks.</param>
/// <param name="DeepestNesting">The most braces open at once.</param>
internal sealed record FolderMetrics(string Name, int Files, int CodeLines, int CommentLines, int Types, int Branches, int DeepestNesting)
{
    private static readonly string[] TypeWords = ["class", "record", "struct", "interface", "enum"];
    private static readonly string[] BranchWords = ["if", "for", "foreach", "while", "case", "catch", "when", "&&", "||", "??"];

    public static FolderMetrics Measure(string directory)
    {
        var name = string.Join('/', directory.TrimEnd('/').Split('/').TakeLast(2));
        var files = Directory.EnumerateFiles(directory, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        return files.Select(file => MeasureText(File.ReadAllText(file)))
            .Aggregate(new FolderMetrics(name, 0, 0, 0, 0, 0, 0), (sum, file) => sum.Plus(file));
    }

    private static FolderMetrics MeasureText(string text)
    {
        var tokens = Lexer.Tokens(text).ToList();
        var code = tokens.Where(token => !token.IsComment).ToList();
        var codeLines = code.Select(token => token.Line).ToHashSet();
        var depth = 0;
        return new FolderMetrics(
            "",
            1,
            codeLines.Count,
            tokens.Where(token => token.IsComment).Select(token => token.Line).Except(codeLines).Count(),
            code.Count(token => TypeWords.Contains(token.Text)),
            code.Count(token => BranchWords.Contains(token.Text)),
            code.Select(token => depth += token.Text switch { "{" => 1, "}" => -1, _ => 0 }).DefaultIfEmpty().Max());
    }

    private FolderMetrics Plus(FolderMetrics file) => new(
        Name,
        Files + file.Files,
        CodeLines + file.CodeLines,
        CommentLines + file.CommentLines,
        Types + file.Types,
        Branches + file.Branches,
        Math.Max(DeepestNesting, file.DeepestNesting));
}
