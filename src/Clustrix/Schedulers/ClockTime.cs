using System.Globalization;

namespace Clustrix.Schedulers;

/// <summary>How Grid Engine and PBS write how long something may take: <c>HOURS:MINUTES:SECONDS</c>, or seconds.</summary>
internal static class ClockTime
{
    /// <summary>A time as they take it.</summary>
    public static string Of(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}");

    /// <summary>Reads a time; zero for what is none, such as <c>INFINITY</c>.</summary>
    public static TimeSpan Read(string text)
    {
        var seconds = 0L;
        foreach (var part in text.Split(':'))
        {
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            {
                return TimeSpan.Zero;
            }

            seconds = (seconds * 60) + value;
        }

        return TimeSpan.FromSeconds(seconds);
    }
}
