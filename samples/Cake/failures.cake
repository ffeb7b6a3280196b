#addin nuget:?package=Cake.Clustrix&version=0.1.0

Task("Try").Does(() =>
{
    var report = ClustrixRun(new ClustrixRunSettings
    {
        Items =
        {
            new ClustrixItem("good", "echo fine"),
            new ClustrixItem("bad", "echo 'the disk is on fire' >&2; exit 3") { Retries = 1 },
        },
        ContinueOnItemFailure = true,
    });

    foreach (var item in report.Items.Where(item => item.Result.Outcome != Outcome.Passed))
    {
        Warning($"{item.Result.Name} {ItemFailure.Reason(item.Result)} after {item.Result.Attempts} attempts");
    }
});

RunTarget("Try");
