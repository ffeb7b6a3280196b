using Clustrix.Workloads;

namespace Cake.Clustrix.Input;

/// <summary>Makes the core's payload sources of a script's.</summary>
internal static class PayloadReader
{
    public static IReadOnlyList<PayloadSource> Read(IEnumerable<ClustrixPayload> payload, string directory) =>
    [
        // The order in which a script adds things says nothing: the same files must make the same payload.
        .. payload.Select(entry => PayloadPlace.Declare(entry.Path, entry.Destination ?? "", directory) with { Exclude = [.. entry.Exclude] })
            .OrderBy(source => source.Layer, StringComparer.Ordinal)
            .ThenBy(source => source.Path, StringComparer.Ordinal),
    ];
}
