using System.Globalization;

namespace Clustrix.Schedulers;

/// <summary>How many workers one host has for each class of items.</summary>
/// <param name="Workers">Each class by its name, in the order in which they are run, with its workers on the host; never 0.</param>
internal sealed record PoolPlan(IReadOnlyList<(string Class, int Workers)> Workers)
{
    /// <summary>The most workers at once.</summary>
    public int Most => Workers.Count == 0 ? 0 : Workers.Max(part => part.Workers);

    /// <summary>Reads the words of a request, <c>CLASS:WORKERS</c> each.</summary>
    /// <exception cref="FormatException">It isn't what <see cref="ToString"/> writes.</exception>
    public static PoolPlan Parse(string text) => new(
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Split(':') is [var name, var workers]
            ? (name, int.Parse(workers, CultureInfo.InvariantCulture))
            : throw new FormatException())]);

    /// <summary>The workers of one class; 0 when the host has none for it.</summary>
    public int Of(string resourceClass) => Workers.FirstOrDefault(part => part.Class == resourceClass).Workers;

    /// <summary>The plan as words of a request.</summary>
    public override string ToString() => string.Join(' ', Workers.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Class}:{part.Workers}")));
}
