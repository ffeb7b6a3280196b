using System.Globalization;
using Clustrix.Node;

namespace Clustrix.Conformance;

/// <summary>What a scheduler has in its queue is asked for once for all clients on a host.</summary>
public sealed class SharedAnswersOfSchedulers
{
    private const int Answers = 100;
    private const int Long = 300_000;

    public static TheoryData<string> Kinds => Toolbox.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_answer_is_whole_also_while_another_client_puts_a_new_one_in_its_place(string kind)
    {
        using var node = new Node(kind);
        await using var first = await node.OpenAsync();
        await using var second = await node.OpenAsync();
        await Shell.RunAsync(node.StoreRoot, "mkdir -p run/r.1/jobs; echo 1 >run/r.1/jobs/r.c0.1.id");
        await AskAsync(first, age: 0, length: 1);

        var asking = Task.Run(async () =>
        {
            for (var answer = 0; answer < Answers; answer++)
            {
                await AskAsync(first, age: 0, answer % 2 == 0 ? Long : 1);
            }
        });
        var read = new List<(int Length, string End)>();
        while (!asking.IsCompleted)
        {
            read.Add(await AskAsync(second, age: 1000, length: 1));
        }

        await asking;
        read.Except([(Long, "0 0"), (1, "0 0")]).ShouldBeEmpty();

        async Task<(int Length, string End)> AskAsync(NodeSession session, int age, int length)
        {
            var got = 0;
            var end = await session.AskAsync(
                string.Create(CultureInfo.InvariantCulture, $"queue {age} 30 {ShellText.Escape($"head -c {length} /dev/zero | tr '\\0' x")}"),
                async (line, token) =>
                {
                    var bytes = await session.ReadBytesAsync(int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture), token);
                    bytes.ShouldAllBe(b => b == 'x');
                    got = bytes.Length;
                },
                node.Token);
            return (got, end);
        }
    }
}
