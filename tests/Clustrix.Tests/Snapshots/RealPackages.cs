using Clustrix.Snapshots;

namespace Clustrix.Tests.Snapshots;

/// <summary>What a real restore left of this very project: packages that their authors and the feed have signed.</summary>
public sealed class RealPackages
{
    [Fact]
    public async Task Every_signed_package_matches_its_content_hash()
    {
        var assets = await AssetsFile.ReadAsync(OwnAssetsFile(), "net10.0", null, CancellationToken.None);
        var cache = await VerificationCache.ReadAsync(null, TimeProvider.System, CancellationToken.None);

        var verdicts = await new PackageVerification(assets, null, cache).VerifyAsync(CancellationToken.None);

        verdicts.Count.ShouldBeGreaterThan(10);
        verdicts.ShouldAllBe(verdict => verdict.Problem == null);
        assets.Packages.ShouldContain(package => package.Id == "Shouldly" && package.Assets.Any(asset => asset.Kind == AssetKind.Runtime));
        assets.Projects.Select(project => project.Name).ShouldContain("Clustrix");
        assets.DirectDependencies.ShouldContain("Shouldly");
        assets.FrameworkReferences.ShouldBe(["Microsoft.NETCore.App"]);
        assets.Sources.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task The_lock_file_pins_what_the_assets_file_holds()
    {
        var assets = await AssetsFile.ReadAsync(OwnAssetsFile(), "net10.0", null, CancellationToken.None);
        var lockPath = Path.Combine(OwnAssetsFile(), "../../packages.lock.json");

        var lockFile = await LockFile.ReadAsync(lockPath, "net10.0", null, CancellationToken.None);

        foreach (var package in assets.Packages)
        {
            var locked = lockFile.Find(package.Id).ShouldNotBeNull();
            locked.Resolved.ShouldBe(package.Version);
            locked.ContentHash.ShouldBe(package.ContentHash);
        }
    }

    private static string OwnAssetsFile()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "obj/project.assets.json")))
        {
            directory = directory.Parent.ShouldNotBeNull();
        }

        return Path.Combine(directory.FullName, "obj/project.assets.json");
    }
}
