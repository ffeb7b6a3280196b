using System.Globalization;
using System.Text.Json;
namespace Clustrix.Chaos.Rounds;

/// <summary>What a round runs: cheap items over files that no other round has.</summary>
/// <param name="Salt">Tells the files of this round from those of all others.</param>
/// <param name="Items">How many items.</param>
/// <param name="Workers">How many of them at once.</param>
internal sealed record Work(int Salt, int Items, int Workers)
{
    /// <summary>What any round has.</summary>
    public const int LeastItems = 4;

    /// <summary>So many of the payload's files that a client builds on a payload of them.</summary>
    public const int MostFiles = Files - 1;

    /// <summary>So few that most has still to be sent.</summary>
    public const int FewFiles = 2;

    private const int Files = 8;

    // More than fits into a pipe at once, in a form that can't be compressed.
    private const int Size = 24_000;

    /// <summary>Writes the payload, or just its first files, which are another payload.</summary>
    public void Write(string directory, int files = Files)
    {
        Directory.CreateDirectory(Path.Combine(directory, "data"));
        foreach (var number in Enumerable.Range(0, files))
        {
            File.WriteAllBytes(Path.Combine(directory, "data", Name(number)), Content(number));
        }
    }

    /// <summary>The client's words that say what to run.</summary>
    /// <param name="payload">The payload's directory.</param>
    /// <param name="there">The round's directory where the items run.</param>
    /// <param name="free">So many items, those that come first, end by themselves; the others when they are let go.</param>
    public IReadOnlyList<string> Arguments(string payload, string there, int free) =>
    [
        "--workers", Text(Workers), "--items", Text(Items), "--payload", payload, "--outputs", "out", "--", "sh", "-c",
        $$"""
        echo $CLUSTRIX_ITEM_INDEX >>'{{there}}/begun'
        pass=
        for pass in {{string.Join(' ', Enumerable.Range(1, free))}}; do mkdir '{{there}}'/pass.$pass 2>/dev/null && break; pass=; done
        [ "$pass" ] || until [ -e '{{there}}/go' ]; do sleep 0.1; done
        { echo $CLUSTRIX_ITEM_INDEX; cat */data/$((CLUSTRIX_ITEM_INDEX % {{Files}})); } >out
        """,
    ];

    /// <summary>Asserts what a run has to bring: of every item a result, and its outputs, to the byte.</summary>
    /// <param name="told">What the client said, for machines.</param>
    public void ShouldBeDone(string told)
    {
        var run = JsonDocument.Parse(told).RootElement.GetProperty("runs").EnumerateArray().Single();
        var items = run.GetProperty("run").GetProperty("items").EnumerateArray().ToList();
        items.Select(item => item.GetProperty("outcome").GetString()).ShouldBe(Enumerable.Repeat("Passed", Items), told);
        foreach (var number in Enumerable.Range(0, Items))
        {
            File.ReadAllBytes(Path.Combine(run.GetProperty("directory").GetString()!, $"items/sh-{number}/outputs/out"))
                .ShouldBe([.. System.Text.Encoding.ASCII.GetBytes($"{number}\n"), .. Content(number % Files)], $"item {number}");
        }
    }

    private static string Name(int number) => Text(number);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5394", Justification = "It is to be written again.")]
    private byte[] Content(int number)
    {
        var content = new byte[Size];
        new Random(unchecked((Salt * 31) + number)).NextBytes(content);
        return content;
    }
}
