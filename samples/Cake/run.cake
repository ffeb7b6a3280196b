#addin nuget:?package=Cake.Clustrix&version=0.1.0

Task("Count").Does(() =>
{
    var report = ClustrixRun(settings =>
    {
        settings.Payload.Add(new ClustrixPayload("data"));
        settings.Timeout = TimeSpan.FromMinutes(1);
        foreach (var file in GetFiles("data/*.txt"))
        {
            var name = file.GetFilenameWithoutExtension().ToString();
            settings.Items.Add(new ClustrixItem(name, $"wc -l < data/{name}.txt > count.txt") { Outputs = { "count.txt" } });
        }
    });

    foreach (var item in report.Items)
    {
        Information($"{item.Result.Name}: {System.IO.File.ReadAllText(item.Outputs[0].Path).Trim()} lines{(item.Result.Cached ? ", as before" : "")}");
    }
});

RunTarget("Count");
