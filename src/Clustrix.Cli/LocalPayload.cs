using Clustrix.Diagnostics;
using Clustrix.Runs;
using Clustrix.Workloads;

namespace Clustrix.Cli;

/// <summary>Makes a payload of files that were named on the command line.</summary>
internal sealed class LocalPayload(Call call, ClusterConnection connection)
{
    private const string Layer = "payload";

    /// <summary>Makes it of paths, each of which keeps its place relative to the working directory; one from elsewhere goes to the root.</summary>
    public Task<Payload> BuildAsync(IEnumerable<string> paths, CancellationToken cancellationToken) =>
        BuildAsync(paths.Select(Source).ToList(), cancellationToken);

    /// <summary>Makes it of sources.</summary>
    public Task<Payload> BuildAsync(IReadOnlyList<PayloadSource> sources, CancellationToken cancellationToken) => connection.PackAsync(sources, cancellationToken);

    /// <summary>The source of a path.</summary>
    /// <exception cref="ClustrixException">The path is empty (<see cref="ErrorCode.BadValue"/>).</exception>
    public PayloadSource Source(string path)
    {
        PayloadPlace.Check(path);
        var absolute = Path.TrimEndingDirectorySeparator(call.Surroundings.PathOf(path));
        var relative = Path.GetRelativePath(call.Surroundings.Directory, absolute);
        var outside = Path.IsPathRooted(relative) || relative.Split('/')[0] == "..";
        var place = outside ? Path.GetFileName(absolute) : relative == "." ? "" : relative;
        var isDirectory = Directory.Exists(absolute);
        return new PayloadSource(Layer, absolute, isDirectory ? place : Path.GetDirectoryName(place) ?? "");
    }
}
