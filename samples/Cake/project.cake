#addin nuget:?package=Cake.Clustrix&version=0.1.0

Task("Run").Does(() =>
{
    DotNetBuild("tool/Tool.csproj", new DotNetBuildSettings { OutputDirectory = "artifacts/tool" });

    var report = ClustrixRun(settings =>
    {
        settings.Snapshot = ClustrixSnapshot(snapshot =>
        {
            snapshot.ProjectDirectory = "tool";
            snapshot.AssetsFile = "obj/project.assets.json";
            snapshot.TargetFramework = "net10.0";
            snapshot.SdkVersion = "10.0";
            snapshot.BillOfMaterialsFile = "../artifacts/sbom.cdx.json";
        });
        settings.Payload.Add(new ClustrixPayload("artifacts/tool") { Destination = "app" });
        settings.Items.Add(new ClustrixItem("greeting", "dotnet app/Tool.dll"));
    });

    Information(System.IO.File.ReadAllText(report.Items[0].Stdout!));
});

RunTarget("Run");
