using System.Diagnostics;
using Clustrix.Diagnostics;
using Clustrix.Hosts;
using Clustrix.Node;
using Clustrix.Stores;
using Clustrix.Workloads;

namespace Clustrix.Bench;

/// <summary>Packing and pushing 5 GB with a managed heap that may not grow beyond 512 MB: file contents are streamed, never kept.</summary>
public static class PushLargeBench
{
    private const string HeapLimit = "DOTNET_GCHeapHardLimit";
    private const int Files = 5;
    private const long BytesInFile = 1_000_000_000;

    /// <summary>Prints seconds and the memory that was used; fails when the limit is hit.</summary>
    public static async Task RunAsync(TextWriter output)
    {
        if (Environment.GetEnvironmentVariable(HeapLimit) is null)
        {
            // The limit holds from a process's start.
            var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(PushLargeBench).Assembly.Location, "push-large"]);
            start.Environment[HeapLimit] = (512 << 20).ToString("x", System.Globalization.CultureInfo.InvariantCulture);
            using var limited = Process.Start(start)!;
            await limited.WaitForExitAsync();
            return;
        }

        var root = Directory.CreateTempSubdirectory("clustrix-bench-").FullName;
        try
        {
            await PushAsync(output, root);
        }
        finally
        {
            using var remove = Process.Start("sh", ["-c", "chmod -R u+w \"$0\"; rm -rf \"$0\"", root]);
            await remove.WaitForExitAsync();
        }
    }

    private static async Task PushAsync(TextWriter output, string root)
    {
        var tree = Directory.CreateDirectory(Path.Combine(root, "tree")).FullName;
        for (var i = 0; i < Files; i++)
        {
            // Sparse but for one byte, by which the files differ: what is read is real all the same.
            await using var file = File.Create(Path.Combine(tree, $"file{i}"));
            file.SetLength(BytesInFile);
            file.WriteByte((byte)(i + 1));
        }

        var start = Stopwatch.GetTimestamp();
        var payload = await new PayloadBuilder(null, TimeProvider.System).BuildAsync([new PayloadSource("tree", tree, "")], CancellationToken.None);
        var packed = Stopwatch.GetElapsedTime(start);
        var environment = new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin" };
        await using var session = await NodeSession.OpenAsync(new LocalHost(environment), Path.Combine(root, "store"), CancellationToken.None);
        var push = await new Store(session, SilentLog.Instance).PushAsync(payload, Verification.Changed, CancellationToken.None);
        await Figures.WriteAsync(output, "push_large_sent", push.ContentBytesSent / 1e9, "0.0", "GB");
        await Figures.WriteAsync(output, "push_large_pack", packed.TotalSeconds, "0.0", "s");
        await Figures.WriteAsync(output, "push_large", Stopwatch.GetElapsedTime(start).TotalSeconds, "0.0", "s");
        await Figures.WriteAsync(output, "push_large_heap_limit", GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1048576.0, "0", "MiB");
        await Figures.WriteAsync(output, "push_large_peak_memory", Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0, "0", "MiB");
    }
}
