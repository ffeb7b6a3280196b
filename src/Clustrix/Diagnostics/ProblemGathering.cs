namespace Clustrix.Diagnostics;

/// <summary>Gathers what is wrong in several parts of an input, so that none of it hides the rest.</summary>
public static class ProblemGathering
{
    /// <summary>Reads a part of the input. When that can't be done, its problems join the others.</summary>
    /// <typeparam name="T">What is read.</typeparam>
    /// <param name="problems">What is wrong so far.</param>
    /// <param name="read">Reads.</param>
    /// <returns>What was read; null when it couldn't be.</returns>
    public static async Task<T?> TryAsync<T>(this ICollection<Problem> problems, Func<Task<T>> read)
        where T : class
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (ClustrixException failure)
        {
            foreach (var problem in failure.Problems)
            {
                problems.Add(problem);
            }

            return null;
        }
    }
}
