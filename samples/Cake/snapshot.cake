#addin nuget:?package=Cake.Clustrix&version=0.1.0

Task("Hash").Does(() =>
{
    var snapshot = ClustrixSnapshot(settings =>
    {
        settings.Tools.Add("model", "2026.1");
        settings.EnvironmentVariables.Add("LANG");
        settings.SnapshotFile = "artifacts/environment.json";
    });
    var hash = ClustrixHash(settings => settings.Snapshot = snapshot);
    var again = ClustrixHash(settings => settings.SnapshotFile = "artifacts/environment.json");

    Information($"{snapshot.Entries.Count} entries, the same from the file: {hash.Value == again.Value}");
});

RunTarget("Hash");
