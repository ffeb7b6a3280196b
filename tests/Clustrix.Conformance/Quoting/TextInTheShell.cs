using System.Diagnostics;
using System.Text;
using Clustrix.Node;
using FsCheck;
using FsCheck.Fluent;

namespace Clustrix.Conformance;

/// <summary>What we write as shell source, read back by the shells themselves.</summary>
public sealed class TextInTheShell
{
    private const int Texts = 200;

    public static TheoryData<string> Kinds => Toolbox.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_quoted_text_is_one_word_that_stands_for_itself(string kind)
    {
        using var node = new Node(kind);

        // A shell costs a process: so it gets many texts at once.
        Prop.ForAll(ManyTexts, texts => Run(node, "printf '%s\\000' " + string.Join(' ', texts.Select(ShellText.Quote))).SequenceEqual(texts)).Check(Twenty);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Joined_arguments_arrive_one_by_one(string kind)
    {
        using var node = new Node(kind);

        Prop.ForAll(ManyTexts, texts => Run(node, ShellText.Join(["printf", "%s\\000", .. texts])).SequenceEqual(texts)).Check(Twenty);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_escaped_path_is_plain_and_comes_back_by_the_node_s_decoder(string kind)
    {
        using var node = new Node(kind);

        Prop.ForAll(
            ManyTexts,
            texts =>
            {
                var escaped = texts.Select(ShellText.Escape).ToList();
                return escaped.TrueForAll(text => text.All(c => char.IsAsciiLetterOrDigit(c) || @"\._/+@=,:~-".Contains(c, StringComparison.Ordinal)))
                    && Run(node, string.Concat(escaped.Select(text => $"x=$(printf '%b_' {ShellText.Quote(text)}); printf '%s\\000' \"${{x%_}}\"; "))).SequenceEqual(texts);
            }).Check(Twenty);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Items_may_have_any_name(string kind)
    {
        using var node = new Node(kind);
        string[] names = ["two words", "it's", "a/b", "..", ".", "-rf", "$(id)", "back\\slash", "é😀", new string('n', 200), "*", "%41", "CON", "a:b", "~"];

        var (run, items) = await node.RunAsync(Node.PayloadOf(), [.. names.Select((name, number) => Node.Item(name, $"echo {number}"))]);

        run.Results.Select(result => result.Name).ShouldBe(names);
        items.Select(item => File.ReadAllText(item.Stdout!)).ShouldBe(names.Select((_, number) => $"{number}\n"));
        items.ShouldAllBe(item => item.Stdout!.StartsWith(node.Directory["artifacts/" + run.Run + "/items/"], StringComparison.Ordinal));
    }

    private static Config Twenty => Config.QuickThrowOnFailure.WithMaxTest(20);

    private static Arbitrary<string[]> ManyTexts { get; } = Gen.OneOf(
            Gen.Elements("'", "\"", "\\", "$", "`", "!", "*", "?", "[", "]", "~", "#", "&", "|", ";", "<", ">", "(", ")", "{", "}", " ", "\t", "\n", "\r", "=", "%", "-", "\u0001", "\u007f"),
            Gen.Elements("a", "0", "/", ".", "é", "日", "😀", "\\n", "\\0101", "--", "$x", "''"))
        .ListOf().Select(parts => string.Concat(parts))
        .ArrayOf(Texts)
        .ToArbitrary();

    private static string[] Run(Node node, string script)
    {
        using var shell = Process.Start(Start(node, script))!;
        shell.StandardInput.Close();
        var output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return output.Split('\0')[..^1];
    }

    private static ProcessStartInfo Start(Node node, string script)
    {
        var start = new ProcessStartInfo(node.Toolbox.Shell, ["-c", script]) { RedirectStandardInput = true, RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8 };
        start.Environment.Clear();
        foreach (var (name, value) in node.Toolbox.Environment())
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
