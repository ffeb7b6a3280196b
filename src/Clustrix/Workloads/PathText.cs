namespace Clustrix.Workloads;

/// <summary>Paths in messages: a message is one line, and a file name may hold anything.</summary>
internal static class PathText
{
    /// <summary>The path in quotes, with its control characters written as <c>\uXXXX</c>.</summary>
    public static string Quote(this string path) =>
        path.Any(char.IsControl)
            ? $"'{string.Concat(path.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()))}'"
            : $"'{path}'";

    /// <summary>A path below a directory of the payload, whose root is the empty path.</summary>
    public static string Below(this string directory, string name) => directory.Length == 0 ? name : $"{directory}/{name}";
}
