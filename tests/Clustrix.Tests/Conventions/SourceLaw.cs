using System.Text.RegularExpressions;

namespace Clustrix.Tests.Conventions;

public sealed partial class SourceLaw
{
    [Fact]
    public void The_core_takes_time_environment_and_working_directory_from_its_caller()
    {
        Uses("src/Clustrix/", Ambient()).ShouldBeEmpty();
    }

    [Fact]
    public void No_type_is_named_after_what_it_is_not()
    {
        new[] { "src/", "tests/", "bench/", "samples/" }.SelectMany(folder => Uses(folder, EmptyName())).ShouldBeEmpty();
    }

    private static IEnumerable<string> Uses(string folder, Regex forbidden) =>
        from file in Repository.FilesUnder(folder, ".cs")
        from line in Repository.Read(file).Split('\n').Select((text, index) => (Text: text, Number: index + 1))
        where !line.Text.TrimStart().StartsWith("//", StringComparison.Ordinal) && forbidden.IsMatch(line.Text)
        select $"{file}:{line.Number}: {line.Text.Trim()}";

    [GeneratedRegex(
        @"\bDateTime(Offset)?\.(Now|UtcNow|Today)\b|\bEnvironment\.(CurrentDirectory|GetEnvironmentVariables?|Exit)\b|\bDirectory\.[GS]etCurrentDirectory\b|\bConsole\.|\bThread\.Sleep\b",
        RegexOptions.CultureInvariant)]
    private static partial Regex Ambient();

    [GeneratedRegex(@"\b(class|struct|record|interface|enum)\s+\w*(Helpers?|Managers?|Utils?|Utilit(y|ies))\b", RegexOptions.CultureInvariant)]
    private static partial Regex EmptyName();
}
