#addin nuget:?package=Cake.Clustrix&version=0.1.0

Task("Look").Does(() => Information($"{ClustrixPreflight(_ => { }).Hosts[0].Facts!.Cores} cores"));

Task("Push").IsDependentOn("Look").Does(() =>
{
    var push = ClustrixPush(settings => settings.Payload.Add(new ClustrixPayload("data") { Destination = "in", Exclude = { "three.txt" } }));
    Information($"{push.FilesSent + push.FilesReused} files are on the cluster");
});

Task("Run").IsDependentOn("Push").Does(() =>
    ClustrixRun(settings => settings.Items.Add(new ClustrixItem("quick", "echo done"))));

Task("List").IsDependentOn("Run").Does(() =>
{
    foreach (var run in ClustrixStatus(_ => { }))
    {
        Information($"{run.Run} is {run.State}");
    }
});

Task("Collect").IsDependentOn("List").Does(() =>
{
    var report = ClustrixCollect(settings =>
    {
        settings.RunId = ClustrixStatus(_ => { }).Last().Run;
        settings.ArtifactsDirectory = "artifacts/again";
    });
    Information(System.IO.File.ReadAllText(report.Items[0].Stdout!));
});

Task("Clean").IsDependentOn("Collect").Does(() =>
{
    var cleaned = ClustrixClean(settings =>
    {
        settings.KeepDays = 0;
        settings.DryRun = true;
    });
    Information($"{cleaned.Blobs} files could go");
});

RunTarget("Clean");
