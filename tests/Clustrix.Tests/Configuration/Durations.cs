using Clustrix.Configuration;
using FsCheck;
using FsCheck.Fluent;

namespace Clustrix.Tests.Configuration;

public sealed class Durations
{
    private const long LongestTicks = 1000 * TimeSpan.TicksPerDay;

    [Fact]
    public void What_is_written_is_read_back()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<long>(), number =>
        {
            var value = TimeSpan.FromTicks(Math.Abs(number % LongestTicks));
            return Duration.TryParse(Duration.Format(value), out var read) && read == value;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Parts_add_up()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<byte>(), ArbMap.Default.ArbFor<byte>(), (hours, minutes) =>
            Duration.TryParse($"{hours}h{minutes}m", out var read) && read == new TimeSpan(hours, minutes, 0)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void No_text_makes_the_reading_fail()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
        {
            var isDuration = Duration.TryParse(text.Get, out var value);
            return !isDuration || (value >= TimeSpan.Zero && value.Ticks <= LongestTicks);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("15m", 900)]
    [InlineData("1h30m", 5400)]
    [InlineData("01:30:00", 5400)]
    [InlineData("1.00:00:00", 86400)]
    [InlineData(" 1.5h ", 5400)]
    [InlineData("500ms", 0.5)]
    [InlineData("1000d", 86_400_000)]
    public void These_are_durations(string text, double seconds)
    {
        Duration.TryParse(text, out var value).ShouldBeTrue();
        value.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData("")]
    [InlineData("90")]
    [InlineData("-1s")]
    [InlineData("1 h")]
    [InlineData("1w")]
    [InlineData("25:00:00")]
    [InlineData("1:30")]
    [InlineData("1001d")]
    [InlineData("1001.00:00:00")]
    [InlineData("99999999999999999999999999999999999d")]
    public void These_are_none(string text)
    {
        Duration.TryParse(text, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("90", "unit")]
    [InlineData("1 h", "unit")]
    [InlineData("-1s", "negative")]
    [InlineData("-01:00:00", "negative")]
    [InlineData("1001d", "at most 1000d")]
    [InlineData("99999999999999999999999999999999999d", "at most 1000d")]
    [InlineData("25:00:00", "below 24")]
    public void The_remedy_fits_the_fault(string text, string word)
    {
        Duration.Remedy(text).ShouldContain(word);
    }
}
