using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Clustrix.Snapshots;
using Clustrix.Testing;

namespace Clustrix.Tests.Snapshots;

/// <summary>A project with real package files on disk, as a restore leaves them.</summary>
internal sealed class RestoredProject : IDisposable
{
    public const string Feed = "https://feed.example/v3/index.json";

    private readonly TempDirectory _root = new();
    private readonly JsonObject _target = [];
    private readonly JsonObject _libraries = [];
    private readonly JsonObject _requested = [];
    private readonly JsonArray _direct = [];

    public JsonObject Sources { get; } = new() { [Feed] = new JsonObject() };

    public string Directory => _root["src/app"];

    public string AssetsPath => _root["src/app/obj/project.assets.json"];

    public string LockPath => _root["src/app/packages.lock.json"];

    public string CachePath => _root["src/app/obj/verified"];

    public SnapshotRequest Request => new()
    {
        ProjectName = "App",
        ProjectDirectory = Directory,
        AssetsFile = AssetsPath,
        LockFile = File.Exists(LockPath) ? LockPath : null,
        TargetFramework = "net10.0",
        RuntimeIdentifier = "linux-x64",
        SdkVersion = "10.0.400",
        RuntimeVersion = "10.0.12",
        ProjectOutputs = File.Exists(_root["src/app/bin/App.dll"]) ? [new("App.dll", _root["src/app/bin/App.dll"])] : [],
    };

    /// <summary>Where a file of a package lies.</summary>
    public string this[string package, string file] => _root[$"packages/{package}/{file}"];

    public string Write(string relative, string content) => _root.Write("src/app/" + relative, content);

    /// <summary>Packs a package, puts it into the package folder and extracts it.</summary>
    public RestoredProject With(string id, string version, string[] files, string? source = Feed, string range = "[1.0.0, )", string[]? dependsOn = null)
    {
        var path = $"{id}/{version}".ToLowerInvariant();
        var archive = Pack(id, files);
        var hash = Convert.ToBase64String(SHA512.HashData(archive));
        var name = path.Replace('/', '.') + ".nupkg";
        _root.Write($"packages/{path}/{name}", "");
        File.WriteAllBytes(_root[$"packages/{path}/{name}"], archive);
        _root.Write($"packages/{path}/{name}.sha512", hash);
        _root.Write($"packages/{path}/.nupkg.metadata", new JsonObject { ["version"] = 2, ["contentHash"] = hash, ["source"] = source }.ToJsonString());
        using var zip = new ZipArchive(new MemoryStream(archive));
        zip.ExtractToDirectory(_root[$"packages/{path}"]);
        Describe(id, version, path, hash, files, range, dependsOn ?? []);
        return this;
    }

    /// <summary>Writes the assets file.</summary>
    public RestoredProject Restored()
    {
        _root.Write("src/app/obj/project.assets.json", new JsonObject
        {
            ["version"] = 4,
            ["targets"] = new JsonObject { ["net10.0"] = _target.DeepClone() },
            ["libraries"] = _libraries.DeepClone(),
            ["projectFileDependencyGroups"] = new JsonObject { ["net10.0"] = _direct.DeepClone() },
            ["packageFolders"] = new JsonObject { [_root["packages"] + "/"] = new JsonObject() },
            ["project"] = new JsonObject
            {
                ["restore"] = new JsonObject { ["sources"] = Sources.DeepClone() },
                ["frameworks"] = new JsonObject
                {
                    ["net10.0"] = new JsonObject
                    {
                        ["targetAlias"] = "net10.0",
                        ["dependencies"] = _requested.DeepClone(),
                        ["frameworkReferences"] = new JsonObject { ["Microsoft.NETCore.App"] = new JsonObject() },
                    },
                },
            },
        }.ToJsonString(new() { WriteIndented = true }));
        return this;
    }

    public RestoredProject Locked(string id, string requested, string resolved, string? hash = null)
    {
        var package = new JsonObject { ["type"] = "Direct", ["requested"] = requested, ["resolved"] = resolved, ["contentHash"] = hash };
        if (hash is null)
        {
            package.Remove("contentHash");
        }

        Write("packages.lock.json", new JsonObject
        {
            ["version"] = 2,
            ["dependencies"] = new JsonObject { ["net10.0"] = new JsonObject { [id] = package } },
        }.ToJsonString());
        return this;
    }

    public async Task<TakenSnapshot> TakeAsync(SnapshotRequest? request = null, TimeProvider? clock = null) =>
        await new SnapshotBuilder(clock ?? TimeProvider.System).BuildAsync(request ?? Request, CancellationToken.None);

    public void Dispose() => _root.Dispose();

    private static byte[] Pack(string id, string[] files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create))
        {
            foreach (var file in files)
            {
                var entry = zip.CreateEntry(file);
                entry.LastWriteTime = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using var content = entry.Open();
                content.Write(Encoding.UTF8.GetBytes($"{id} {file} content"));
            }
        }

        return stream.ToArray();
    }

    private void Describe(string id, string version, string path, string hash, string[] files, string range, string[] dependsOn)
    {
        var runtime = new JsonObject();
        var native = new JsonObject();
        foreach (var file in files)
        {
            (file.Contains("/native/", StringComparison.Ordinal) ? native : runtime)[file] = new JsonObject();
        }

        var dependencies = new JsonObject();
        foreach (var dependency in dependsOn)
        {
            dependencies[dependency] = "1.0.0";
        }

        _target[$"{id}/{version}"] = new JsonObject { ["type"] = "package", ["dependencies"] = dependencies, ["compile"] = runtime.DeepClone(), ["runtime"] = runtime, ["native"] = native };
        _libraries[$"{id}/{version}"] = new JsonObject { ["sha512"] = hash, ["type"] = "package", ["path"] = path, ["files"] = new JsonArray([.. files.Select(file => (JsonNode)file)]) };
        _requested[id] = new JsonObject { ["target"] = "Package", ["version"] = range };
        _direct.Add($"{id} >= {version}");
    }
}
