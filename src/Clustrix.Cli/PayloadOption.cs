using System.CommandLine;

namespace Clustrix.Cli;

/// <summary>The option that names files for the items.</summary>
internal static class PayloadOption
{
    private const string Name = "--payload";

    /// <summary>The option; a new object each time, because an option belongs to one command.</summary>
    public static Option<string[]> New() => new(Name)
    {
        Description = "A file or directory that the items need; they find it under the same relative path. May be given several times.",
        HelpName = "path",
    };

    /// <summary>The paths that were given.</summary>
    public static IReadOnlyList<string> Payload(this Call call) => call.Arguments.GetValue<string[]>(Name) ?? [];
}
