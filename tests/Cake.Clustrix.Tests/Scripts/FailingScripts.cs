namespace Cake.Clustrix.Tests.Scripts;

[Collection(ScriptCollection.Name)]
public sealed class FailingScripts(PackedAddin addin)
{
    private const string Addin = "#addin nuget:?package=Cake.Clustrix&version=0.1.0\n";

    [Fact]
    public async Task End_with_the_code_of_what_went_wrong()
    {
        using var scripts = new ScriptDirectory(addin);
        scripts.Write("wrong.cake", Addin + """
            Task("Items").Does(() => ClustrixRun(settings => settings.Items.Add(new ClustrixItem("bad", "exit 4"))));
            Task("Input").Does(() => ClustrixRun(settings =>
            {
                settings.Items.Add(new ClustrixItem("bad", "") { Memory = "8" });
                settings.Payload.Add(new ClustrixPayload("not-there"));
                settings.Workers = -1;
            }));
            Task("Unreachable").Does(() => ClustrixPreflight(settings => settings.StoreRoot = "/proc/nowhere"));
            try
            {
                RunTarget(Argument<string>("target"));
            }
            catch (CakeReportException report)
            {
                throw report.InnerException!;
            }
            """);

        var items = await scripts.RunAsync("wrong.cake", "--target=Items");
        var input = await scripts.RunAsync("wrong.cake", "--target=Input");
        var unreachable = await scripts.RunAsync("wrong.cake", "--target=Unreachable");

        items.ExitCode.ShouldBe(1, items.Output);
        items.Output.ShouldContain("error CLX5001: Item 'bad' failed with exit code 4");
        items.Output.ShouldContain("CLX5001: 1 of 1 item didn't pass.");
        input.ExitCode.ShouldBe(2, input.Output);
        foreach (var code in new[] { "CLX1003: Item 'bad': '8'", "CLX1005: Item", "CLX1007: ", "CLX1004: '-1'" })
        {
            input.Output.ShouldContain(code);
        }

        unreachable.ExitCode.ShouldBe(3, unreachable.Output);
        unreachable.Output.ShouldContain("CLX30");
    }
}
