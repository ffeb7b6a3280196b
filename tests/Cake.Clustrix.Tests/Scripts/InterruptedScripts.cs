using System.Globalization;
using Clustrix.Testing;

namespace Cake.Clustrix.Tests.Scripts;

[Collection(ScriptCollection.Name)]
public sealed class InterruptedScripts(PackedAddin addin)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task End_their_run_with_every_process_before_they_end_themselves(string signal)
    {
        using var scripts = new ScriptDirectory(addin);
        scripts.Write("slow.cake", $$"""
            #addin nuget:?package=Cake.Clustrix&version=0.1.0
            Task("Wait").Does(() => ClustrixRun(settings => settings.Items.Add(new ClustrixItem("slow", "echo $$ > {{scripts["started"]}}; exec sleep 600"))));
            RunTarget("Wait");
            """);

        // A process group of its own, as a terminal gives it: the signal goes to all of it.
        using var cake = scripts.Start("setsid", "dotnet", "cake", "slow.cake");
        var output = cake.StandardOutput.ReadToEndAsync();
        var errors = cake.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Limit);
        var item = await PidAsync(scripts["started"], limit.Token);
        await ChildProcess.RunAsync("kill", [$"-{signal}", "--", string.Create(CultureInfo.InvariantCulture, $"-{cake.Id}")], "/", Limit);
        await cake.WaitForExitAsync(limit.Token);

        (await output + await errors).ShouldContain("The run was cancelled.", customMessage: await output + await errors);
        cake.ExitCode.ShouldNotBe(0);
        Directory.Exists($"/proc/{item}").ShouldBeFalse();
    }

    private static async Task<string> PidAsync(string file, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (File.Exists(file) && (await File.ReadAllTextAsync(file, cancellationToken)).TrimEnd() is { Length: > 0 } pid)
            {
                return pid;
            }

            await Task.Delay(50, cancellationToken);
        }
    }
}
