using Clustrix.Diagnostics;

namespace Clustrix.Workloads;

/// <summary>What asked for a file of a payload, so that a problem can be told where it is to be mended.</summary>
/// <param name="Layer">The layer's name.</param>
/// <param name="File">The file that declares it; null where there is none.</param>
/// <param name="Line">The line in <paramref name="File"/>; 0 where it isn't known.</param>
internal sealed record Origin(string Layer, string? File, int Line)
{
    public Problem Problem(ErrorCode code, string message) => new(code, message, File, Line);
}
