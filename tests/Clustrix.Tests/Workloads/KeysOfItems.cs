using Clustrix.Workloads;
using FsCheck;
using FsCheck.Fluent;

namespace Clustrix.Tests.Workloads;

public sealed class KeysOfItems
{
    [Fact]
    public void The_format_of_a_key_stays_as_it_is()
    {
        var key = new ItemKey(
            new Item
            {
                Name = "any",
                Command = "dotnet app.dll",
                WorkingDirectory = "app",
                Timeout = TimeSpan.FromMinutes(3),
                Cpus = 2,
                Memory = 1000,
                Outputs = ["b", "a"],
                Environment = new Dictionary<string, string> { ["B"] = "2", ["A"] = "1" },
            },
            "env",
            "root",
            "salt");

        key.Entries.Select(entry => $"{entry.Key}={entry.Value}").ShouldBe(
        [
            "format=1", "environment=env", "payload=root", "command=dotnet app.dll", "working directory=app", "timeout class=4", "cpus=2",
            "memory=1000", "variable A=1", "variable B=2", "output=a", "output=b", "salt=salt",
        ]);
        key.Value.ShouldBe("1e9d806a0f647624f6a42201d174f13562ef379f2cf8ce97df8fd7fb94347b97");
    }

    [Fact]
    public void Any_single_change_gives_another_key() =>
        Prop.ForAll(Inputs().ToArbitrary(), input =>
        {
            var key = KeyOf(input);
            return Changes(input).All(changed => KeyOf(changed) != key);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_of_variables_and_outputs_does_not_matter() =>
        Prop.ForAll(Inputs().ToArbitrary(), input => KeyOf(input) == KeyOf(input with
        {
            Item = input.Item with
            {
                Outputs = [.. input.Item.Outputs.Reverse()],
                Environment = new Dictionary<string, string>(input.Item.Environment.Reverse()),
            },
        })).QuickCheckThrowOnFailure();

    [Fact]
    public void Name_and_retries_do_not_matter() =>
        Prop.ForAll(Inputs().ToArbitrary(), input =>
            KeyOf(input) == KeyOf(input with { Item = input.Item with { Name = "other", Retries = 7, RetryOn = RetryCauses.None } })).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("00:00:01", 1)]
    [InlineData("00:01:00", 1)]
    [InlineData("00:01:01", 2)]
    [InlineData("00:05:00", 8)]
    [InlineData("01:00:00", 64)]
    [InlineData("1.00:00:00", 2048)]
    public void A_timeout_class_is_the_next_power_of_two_minutes(string timeout, long expected) =>
        ItemKey.TimeoutClass(TimeSpan.Parse(timeout, System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(expected);

    private static string KeyOf(Input input) => new ItemKey(input.Item, input.Environment, input.Payload, input.Salt).Value;

    private static IEnumerable<Input> Changes(Input input)
    {
        var item = input.Item;
        Item[] items =
        [
            item with { Command = item.Command + " " },
            item with { WorkingDirectory = item.WorkingDirectory + "/" },
            item with { Timeout = item.Timeout * 2 + TimeSpan.FromMinutes(1) },
            item with { Cpus = item.Cpus + 1 },
            item with { Memory = item.Memory + 1 },
            item with { Outputs = [.. item.Outputs, "new"] },
            item with { Environment = new Dictionary<string, string>(item.Environment) { ["NEW"] = "" } },
            item with { Environment = item.Environment.Skip(1).Append(new("B_", item.Environment.Values.FirstOrDefault() + "x")).ToDictionary() },
        ];
        return items.Select(changed => input with { Item = changed }).Concat(
        [
            input with { Environment = input.Environment + "0" },
            input with { Payload = input.Payload + "0" },
            input with { Salt = input.Salt + "0" },
        ]);
    }

    private static Gen<Input> Inputs() =>
        from texts in Gen.Elements("a", "1:a", "\n", " ", "ü").ListOf().Select(string.Concat).ArrayOf(5)
        from minutes in Gen.Choose(1, 5000)
        from numbers in Gen.Choose(1, 100).ArrayOf(2)
        from outputs in Gen.Elements("a", "b/", "**").ListOf()
        from variables in Gen.Elements("A", "B", "C").ListOf()
        select new Input(
            new Item
            {
                Name = "item",
                Command = texts[0],
                WorkingDirectory = texts[1],
                Timeout = TimeSpan.FromMinutes(minutes),
                Cpus = numbers[0],
                Memory = numbers[1],
                Outputs = [.. outputs],
                Environment = variables.Distinct().ToDictionary(name => name, name => name + texts[2]),
            },
            texts[3],
            texts[4],
            texts[2]);

    private sealed record Input(Item Item, string Environment, string Payload, string Salt);
}
