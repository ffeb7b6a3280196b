namespace Clustrix.Tests.Conventions;

public sealed class Links
{
    [Fact]
    public void Every_relative_link_leads_to_a_file_and_every_anchor_to_a_heading()
    {
        Repository.FilesUnder("", ".md").SelectMany(Broken).ShouldBeEmpty();
    }

    [Fact]
    public void Anchors_are_made_as_GitHub_makes_them()
    {
        var page = new MarkdownPage("# Two words, `code` and 1.2\n```\n# not a heading\n[no](link.md)\n```\n## Same\n## Same\n`[no](link.md)` [yes](a.md#b)\n");
        page.Anchors.ShouldBe(["two-words-code-and-12", "same", "same-1"], ignoreOrder: true);
        page.Links.ShouldBe(["a.md#b"]);
    }

    private static IEnumerable<string> Broken(string file)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, file))!;
        foreach (var link in new MarkdownPage(Repository.Read(file)).Links.Where(link => !link.Contains("://", StringComparison.Ordinal)))
        {
            var parts = link.Split('#');
            var target = parts[0].Length == 0 ? Path.Combine(Repository.Root, file) : Path.GetFullPath(Path.Combine(folder, Uri.UnescapeDataString(parts[0])));
            if (!Path.Exists(target))
            {
                yield return $"{file}: {link} leads nowhere";
            }
            else if (parts.Length > 1 && !new MarkdownPage(File.ReadAllText(target)).Anchors.Contains(parts[1]))
            {
                yield return $"{file}: {link} has no such heading";
            }
        }
    }
}
