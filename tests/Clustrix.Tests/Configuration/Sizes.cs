using Clustrix.Configuration;
using FsCheck;
using FsCheck.Fluent;

namespace Clustrix.Tests.Configuration;

public sealed class Sizes
{
    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("B", 1), ("KB", 1000), ("K", 1000), ("kB", 1000), ("KiB", 1024), ("MB", 1_000_000), ("M", 1_000_000), ("MiB", 1 << 20),
        ("GB", 1_000_000_000), ("G", 1_000_000_000), ("GiB", 1 << 30), ("gib", 1 << 30), ("TB", 1_000_000_000_000), ("TiB", 1L << 40),
    ];

    [Fact]
    public void A_whole_number_with_any_unit_is_read_exactly()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<ushort>(), Gen.Elements(Units).ToArbitrary(), (number, unit) =>
            ByteSize.TryParse($"{number}{unit.Unit}", out var bytes) && bytes == number * unit.Bytes).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void What_is_written_for_people_is_read_back_nearly()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), number =>
        {
            var bytes = Math.Abs((long)number) * 1000;
            return ByteSize.TryParse(ByteSize.Format(bytes), out var read) && Math.Abs(read - bytes) <= bytes / 20;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void No_text_makes_the_reading_fail()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text => !ByteSize.TryParse(text.Get, out var bytes) || bytes >= 0).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("")]
    [InlineData("8")]
    [InlineData("8 gigs")]
    [InlineData("-8GB")]
    [InlineData("8GBit")]
    [InlineData("8  GB")]
    [InlineData("9999999999TiB")]
    [InlineData("99999999999999999999999999999999999999GB")]
    public void These_are_none(string text)
    {
        ByteSize.TryParse(text, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("8", "unit")]
    [InlineData("8 potatoes", "unit")]
    [InlineData("-8GB", "negative")]
    [InlineData("8000001TB", "at most 8000000TB")]
    public void The_remedy_fits_the_fault(string text, string word)
    {
        ByteSize.Remedy(text).ShouldContain(word);
    }

    [Fact]
    public void The_largest_size_that_a_message_names_can_be_read()
    {
        ByteSize.TryParse("8000000TB", out _).ShouldBeTrue();
    }
}
