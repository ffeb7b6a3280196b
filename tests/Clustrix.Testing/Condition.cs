namespace Clustrix.Testing;

/// <summary>Waits for what has to come true, and no longer.</summary>
public static class Condition
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public static Task HoldsAsync(Func<bool> condition, string what = "the condition") => HoldsAsync(() => Task.FromResult(condition()), what);

    public static Task HoldsAsync(Func<Task<bool>> condition, string what = "the condition") => HoldsAsync(condition, () => what);

    /// <summary>The same with words that are only known at the end.</summary>
    public static Task HoldsAsync(Func<Task<bool>> condition, Func<string> what) => HoldsAsync(condition, what, Limit);

    /// <summary>The same of what may take longer by design.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, Func<string> what, TimeSpan limit)
    {
        using var time = new CancellationTokenSource(limit);
        while (!await condition())
        {
            if (time.IsCancellationRequested)
            {
                throw new TimeoutException($"In {limit} this hasn't come true: {what()}.");
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }
}
