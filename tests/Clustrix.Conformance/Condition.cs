namespace Clustrix.Conformance;

/// <summary>Waits for what has to come true, and no longer.</summary>
internal static class Condition
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public static Task HoldsAsync(Func<bool> condition, string what = "the condition") => HoldsAsync(() => Task.FromResult(condition()), what);

    public static async Task HoldsAsync(Func<Task<bool>> condition, string what = "the condition")
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await condition())
        {
            if (limit.IsCancellationRequested)
            {
                throw new TimeoutException($"In {Limit} this hasn't come true: {what}.");
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }
}
