using Clustrix.Testing;
using Clustrix.Workloads;

namespace Clustrix.Tests.Workloads;

/// <summary>Builds payloads of real directories.</summary>
internal static class PayloadTree
{
    public static Task<Payload> BuildAsync(params PayloadSource[] sources) =>
        new PayloadBuilder(null, TimeProvider.System).BuildAsync(sources, CancellationToken.None);

    public static async Task<Layer> LayerAsync(string directory, params string[] exclude) =>
        (await BuildAsync(new PayloadSource("tree", directory, "") { Exclude = exclude })).Layers[0];

    /// <summary>A directory in which each kind of thing that a payload keeps is.</summary>
    public static TempDirectory Sample()
    {
        var tree = new TempDirectory();
        tree.Write("app/run.sh", "#!/bin/sh\n");
        File.SetUnixFileMode(tree["app/run.sh"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        tree.Write("app/data.txt", "data");
        tree.Write("other.txt", "other");
        Directory.CreateDirectory(tree["app/empty/inner"]);
        File.CreateSymbolicLink(tree["app/link"], "data.txt");
        File.CreateSymbolicLink(tree["dirlink"], "app");
        return tree;
    }
}
