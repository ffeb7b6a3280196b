using System.Globalization;

namespace Clustrix.Schedulers;

/// <summary>What came of a scheduler's command.</summary>
/// <param name="Words">What the node program says of it.</param>
/// <param name="Output">The command's standard output.</param>
/// <param name="Error">Its standard error.</param>
internal sealed record BatchAnswer(string[] Words, string Output, string Error)
{
    /// <summary>The lines that it printed on either stream.</summary>
    public IReadOnlyList<string> Lines { get; } = $"{Output}\n{Error}".Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Whether nobody knows what it did, of a command that should have said something: it had to be ended, there is no such command, or not a word came.</summary>
    public bool IsNone => Status is 124 or 127 || Lines.Count == 0;

    /// <summary>The command's exit code; 124 when it had to be ended.</summary>
    public int Status => int.Parse(Words is ["refused", var code] ? code : Words[0], CultureInfo.InvariantCulture);
}
