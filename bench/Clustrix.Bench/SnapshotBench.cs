using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Clustrix.Snapshots;

namespace Clustrix.Bench;

/// <summary>How long a snapshot of a project with 580 packages takes: at first, when every package is verified, and warm.</summary>
public static class SnapshotBench
{
    private const int Packages = 580;
    private const int WarmUps = 3;
    private const int Runs = 20;

    /// <summary>Generates the packages in a temporary directory, takes the snapshots and prints the figures in milliseconds.</summary>
    public static async Task RunAsync(TextWriter output)
    {
        var root = Directory.CreateTempSubdirectory("clustrix-bench-").FullName;
        try
        {
            var request = Generate(root);
            var first = await MeasureAsync(request);
            for (var i = 0; i < WarmUps; i++)
            {
                await MeasureAsync(request);
            }

            var times = new List<double>();
            for (var i = 0; i < Runs; i++)
            {
                times.Add(await MeasureAsync(request));
            }

            times.Sort();
            var assets = new FileInfo(request.AssetsFile).Length;
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"assets file of {assets} bytes, {Packages} packages, {Environment.ProcessorCount} cores, {Runs} runs: {times[0]:0.0} to {times[^1]:0.0} ms"));
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"figure snapshot_first {first:0.0} ms"));
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"figure snapshot_warm_median {(times[(Runs / 2) - 1] + times[Runs / 2]) / 2:0.0} ms"));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task<double> MeasureAsync(SnapshotRequest request)
    {
        var start = Stopwatch.GetTimestamp();
        var taken = await new SnapshotBuilder(new LaterClock()).BuildAsync(request, CancellationToken.None);
        _ = EnvironmentHash.Of(taken.Snapshot);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static SnapshotRequest Generate(string root)
    {
        var target = new JsonObject();
        var libraries = new JsonObject();
        for (var i = 0; i < Packages; i++)
        {
            AddPackage(root, $"example.package{i:D3}", target, libraries);
        }

        var assets = new JsonObject
        {
            ["version"] = 4,
            ["targets"] = new JsonObject { ["net10.0"] = target },
            ["libraries"] = libraries,
            ["packageFolders"] = new JsonObject { [Path.Combine(root, "packages") + "/"] = new JsonObject() },
            ["project"] = new JsonObject { ["restore"] = new JsonObject { ["sources"] = new JsonObject { ["https://feed.example/v3/index.json"] = new JsonObject() } } },
        };
        var path = Path.Combine(root, "obj", "project.assets.json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, assets.ToJsonString(new() { WriteIndented = true }));
        return new SnapshotRequest
        {
            ProjectName = "Example",
            ProjectDirectory = root,
            AssetsFile = path,
            TargetFramework = "net10.0",
            SdkVersion = "10.0.400",
            RuntimeVersion = "10.0.12",
            VerificationCache = Path.Combine(root, "obj", "verified"),
        };
    }

    private static void AddPackage(string root, string id, JsonObject target, JsonObject libraries)
    {
        const string Version = "1.0.0";
        var path = $"{id}/{Version}";
        var directory = Path.Combine(root, "packages", path);
        var library = $"lib/net10.0/{id}.dll";
        var files = new List<string> { library };
        Directory.CreateDirectory(Path.Combine(directory, "lib", "net10.0"));
        File.WriteAllBytes(Path.Combine(directory, library), RandomNumberGenerator.GetBytes(20_000));
        var archive = Path.Combine(directory, path.Replace('/', '.') + ".nupkg");
        using (var zip = ZipFile.Open(archive, ZipArchiveMode.Create))
        {
            zip.CreateEntryFromFile(Path.Combine(directory, library), library);
        }

        var hash = Convert.ToBase64String(SHA512.HashData(File.ReadAllBytes(archive)));
        File.WriteAllText(archive + ".sha512", hash);
        File.WriteAllText(
            Path.Combine(directory, PackageMetadata.FileName),
            $$"""{ "version": 2, "contentHash": "{{hash}}", "source": "https://feed.example/v3/index.json" }""",
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));

        // A package has a library for each of some forty frameworks, and the assets file lists them all.
        files.AddRange(Enumerable.Range(0, 40).Select(i => $"lib/net{i:D2}.0/{id}.dll"));
        target[$"{id}/{Version}"] = new JsonObject
        {
            ["type"] = "package",
            ["compile"] = new JsonObject { [library] = new JsonObject { ["related"] = ".xml" } },
            ["runtime"] = new JsonObject { [library] = new JsonObject { ["related"] = ".xml" } },
        };
        libraries[$"{id}/{Version}"] = new JsonObject
        {
            ["sha512"] = hash,
            ["type"] = "package",
            ["path"] = path,
            ["files"] = new JsonArray([.. files.Select(file => (JsonNode)file)]),
        };
    }

    /// <summary>A clock for which the files that were just generated are old, as the packages of a project are.</summary>
    private sealed class LaterClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddHours(1);
    }
}
