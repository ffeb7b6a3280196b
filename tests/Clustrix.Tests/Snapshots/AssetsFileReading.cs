using System.Text;
using System.Text.Json;
using Clustrix.Diagnostics;
using Clustrix.Snapshots;
using Clustrix.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Clustrix.Tests.Snapshots;

public sealed class AssetsFileReading : IDisposable
{
    private const string TwoTargets = """
        {
          "version": 4,
          "targets": {
            ".NETStandard,Version=v2.0": { "Old/1.0.0": { "type": "package" } },
            "net10.0/linux-x64": {
              "Native/1.0.0": {
                "type": "package",
                "dependencies": { "Lib": "2.0.0" },
                "frameworkReferences": [ "Microsoft.AspNetCore.App" ],
                "native": { "runtimes/linux-x64/native/libn.so": {} },
                "build": { "build/Native.targets": {} }
              },
              "Lib/2.0.0-beta.1": { "type": "project", "framework": ".NETCoreApp,Version=v10.0" }
            },
            "net10.0": {
              "Native/1.0.0": {
                "type": "package",
                "compile": { "lib/net10.0/_._": {} },
                "resource": { "lib/net10.0/de/N.resources.dll": { "locale": "de" } },
                "contentFiles": { "contentFiles/any/any/data.txt": { "buildAction": "None" } },
                "runtimeTargets": {
                  "runtimes/win/lib/N.dll": { "assetType": "runtime", "rid": "win" },
                  "runtimes/osx/native/libn.dylib": { "assetType": "native", "rid": "osx" }
                }
              }
            }
          },
          "libraries": {
            "Old/1.0.0": { "sha512": "b2xk", "type": "package", "path": "old/1.0.0", "files": [ "a" ] },
            "Native/1.0.0": { "sha512": "bmF0", "type": "package", "path": "native/1.0.0", "files": [ "a", "b" ] },
            "Lib/2.0.0-beta.1": { "type": "project", "path": "../lib/Lib.csproj", "msbuildProject": "../lib/Lib.csproj" }
          },
          "projectFileDependencyGroups": { "net10.0": [ "Lib >= 2.0.0", "Native >= 1.0.0" ] },
          "packageFolders": { "/packages/": {}, "/fallback/": {} },
          "project": {
            "version": "1.0.0",
            "restore": { "projectName": "App", "sources": { "https://feed.example/v3/index.json": {}, "/local/feed": {} } },
            "frameworks": {
              "net10.0": {
                "framework": "net10.0",
                "targetAlias": "net10.0",
                "dependencies": { "Native": { "target": "Package", "version": "[1.*, )" }, "Plain": { "version": "[1.0.0, )" } },
                "frameworkReferences": { "Microsoft.NETCore.App": { "privateAssets": "all" } }
              },
              "netstandard2.0": { "targetAlias": "netstandard2.0", "dependencies": { "Old": { "version": "[1.0.0, )" } } }
            }
          }
        }
        """;

    private readonly TempDirectory _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task The_target_of_the_platform_wins()
    {
        var file = await ReadAsync(TwoTargets, "net10.0", "linux-x64");

        file.Target.ShouldBe("net10.0/linux-x64");
        var package = file.Packages.ShouldHaveSingleItem();
        (package.Id, package.Version, package.Path, package.ContentHash).ShouldBe(("Native", "1.0.0", "native/1.0.0", "bmF0"));
        package.Assets.ShouldBe([new(AssetKind.Native, "runtimes/linux-x64/native/libn.so"), new(AssetKind.Build, "build/Native.targets")]);
        package.Dependencies.ShouldBe(["Lib"]);
        file.Projects.ShouldHaveSingleItem().Path.ShouldBe("../lib/Lib.csproj");
        file.FrameworkReferences.ShouldBe(["Microsoft.AspNetCore.App", "Microsoft.NETCore.App"]);
        file.PackageFolders.ShouldBe(["/packages/", "/fallback/"]);
        file.Sources.ShouldBe(["https://feed.example/v3/index.json", "/local/feed"]);
        file.DirectDependencies.ShouldBe(["Lib", "Native"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("osx-arm64")]
    public async Task Without_a_target_of_the_platform_the_portable_one_is_read(string? platform)
    {
        var file = await ReadAsync(TwoTargets, "net10.0", platform);

        file.Target.ShouldBe("net10.0");
        file.Packages.ShouldHaveSingleItem().Assets.ShouldBe(
        [
            new(AssetKind.Compile, "lib/net10.0/_._"),
            new(AssetKind.Resource, "lib/net10.0/de/N.resources.dll"),
            new(AssetKind.ContentFile, "contentFiles/any/any/data.txt"),
            new(AssetKind.Runtime, "runtimes/win/lib/N.dll", "win"),
            new(AssetKind.Native, "runtimes/osx/native/libn.dylib", "osx"),
        ]);
        file.FrameworkReferences.ShouldBe(["Microsoft.NETCore.App"]);
    }

    [Fact]
    public async Task A_requested_range_with_a_star_floats()
    {
        var file = await ReadAsync(TwoTargets, "net10.0", null);

        file.Requested.ShouldBe([new("Native", "[1.*, )"), new("Plain", "[1.0.0, )")]);
        file.Requested.Select(request => request.IsFloating).ShouldBe([true, false]);
    }

    [Fact]
    public async Task A_target_under_its_long_name_is_found() =>
        (await ReadAsync(TwoTargets, "netstandard2.0", null)).Packages.ShouldHaveSingleItem().Id.ShouldBe("Old");

    [Theory]
    [InlineData("net10.0", "net10.0", true)]
    [InlineData("net10.0-android36.0", "net10.0-android", true)]
    [InlineData(".NETCoreApp,Version=v3.1", "netcoreapp3.1", true)]
    [InlineData(".NETFramework,Version=v4.7.2", "net472", true)]
    [InlineData("net10.0", "net1", false)]
    [InlineData("net10.0-android36.0", "net10.0", false)]
    public void A_target_framework_has_two_names(string name, string framework, bool same) =>
        TargetName.Matches(name, framework).ShouldBe(same);

    [Fact]
    public async Task A_missing_file_says_how_to_restore()
    {
        var failure = await Should.ThrowAsync<ClustrixException>(AssetsFile.ReadAsync(_root["app/obj/project.assets.json"], "net10.0", null, CancellationToken.None));

        failure.Code.ShouldBe(ErrorCode.NoAssetsFile);
        failure.Problems[0].Message.ShouldContain("Run 'dotnet restore' in the project's directory");
    }

    [Fact]
    public async Task A_target_that_was_not_restored_is_told_with_those_that_were()
    {
        var failure = await Should.ThrowAsync<ClustrixException>(ReadAsync(TwoTargets, "net9.0", null));

        failure.Code.ShouldBe(ErrorCode.NoAssetsFile);
        failure.Message.ShouldContain("'net10.0/linux-x64', 'net10.0'");
    }

    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("[]", 1, 1)]
    [InlineData("{ \"targets\": 3 }", 1, 14)]
    [InlineData("{\n  \"targets\": { \"net10.0\": {\n    \"Alpha\": {} } } }", 3, 5)]
    [InlineData("{\n  \"libraries\": {\n    \"A/1\": { \"type\": \"package\", \"path\": \"../../etc\" } } }", 3, 53)]
    [InlineData("{ \"targets\": { \"net10.0\": {} } } {}", 1, 34)]
    [InlineData("{ \"targets\": { \"net10.0\": { \"A/1\": { \"runtime\": { \"/etc/passwd\": {} } } } } }", 1, 51)]
    [InlineData("{ \"targets\": { \"net10.0\": { \"A/1\": {}, \"a/2\": {} } } }", 1, 40)]
    public async Task A_file_of_another_shape_is_told_with_line_and_column(string json, int line, int column)
    {
        var failure = await Should.ThrowAsync<ClustrixException>(ReadAsync(json, "net10.0", null));

        failure.Code.ShouldBe(ErrorCode.CorruptAssetsFile);
        (failure.Problems[0].Line, failure.Problems[0].Column).ShouldBe((line, column));
        failure.Problems[0].Message.ShouldContain("dotnet restore");
    }

    [Fact]
    public async Task A_package_without_its_library_is_corrupt() =>
        (await Should.ThrowAsync<ClustrixException>(ReadAsync(TwoTargets.Replace("\"Native/1.0.0\": { \"sha512\"", "\"Other/1.0.0\": { \"sha512\"", StringComparison.Ordinal), "net10.0", null)))
            .Code.ShouldBe(ErrorCode.CorruptAssetsFile);

    [Fact]
    public void A_file_that_is_cut_off_anywhere_or_has_a_wrong_byte_anywhere_gives_a_value_or_a_place()
    {
        var whole = Encoding.UTF8.GetBytes(TwoTargets);
        var damage = from length in Gen.Choose(1, whole.Length)
                     from isCut in Gen.Elements(true, false)
                     from position in Gen.Choose(0, whole.Length - 1)
                     from wrong in Gen.Choose(0, 255)
                     select (Length: isCut ? length : whole.Length, Position: position, Wrong: (byte)wrong);
        Prop.ForAll(damage.ToArbitrary(), blow =>
        {
            var bytes = whole[..blow.Length];
            bytes[blow.Position % blow.Length] = blow.Wrong;
            try
            {
                _ = new AssetsFileReader("net10.0", "linux-x64").Read(bytes);
                return true;
            }
            catch (JsonException fault)
            {
                return fault.LineNumber is not null && fault.BytePositionInLine is not null;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public async Task A_directory_in_the_place_of_the_file_is_a_coded_problem()
    {
        Directory.CreateDirectory(_root["obj/project.assets.json"]);

        (await Should.ThrowAsync<ClustrixException>(AssetsFile.ReadAsync(_root["obj/project.assets.json"], "net10.0", null, CancellationToken.None)))
            .Code.ShouldBe(ErrorCode.CorruptAssetsFile);
    }

    private Task<AssetsFile> ReadAsync(string json, string framework, string? platform) =>
        AssetsFile.ReadAsync(_root.Write("app/obj/project.assets.json", json), framework, platform, CancellationToken.None);
}
