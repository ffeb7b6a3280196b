using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Runs;

namespace Clustrix.Conformance.Slurm;

/// <summary>Slurm whose commands are on this machine: <c>slurm:</c>.</summary>
public sealed class SlurmOfThisMachine
{
    private const string Secret = "of the build alone";

    [SlurmFact]
    public async Task It_is_found_by_the_build_s_SLURM_CONF_and_items_see_nothing_of_the_build()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await using var cluster = await ConnectAsync(farm, farm.Slurm.Environment["SLURM_CONF"]);

        var (run, items) = await farm.RunAsync(cluster, await farm.WorkloadAsync(SlurmFarm.Item("item", "env")), new RunOptions { Workers = 1 });

        run.Passed.ShouldBeTrue(string.Join('\n', farm.Log.Warnings));
        var seen = await File.ReadAllTextAsync(items[0].Stdout!, farm.Token);
        seen.ShouldContain("SLURM_JOB_ID=1\n");
        seen.ShouldNotContain(Secret);
        seen.ShouldNotContain(farm.Slurm.Environment["SLURM_CONF"]);
    }

    [SlurmFact]
    public async Task Without_it_the_message_asks_for_it()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await using var cluster = await ConnectAsync(farm, configuration: null);

        var failed = await Should.ThrowAsync<ClustrixException>(async () => await farm.RunAsync(cluster, await farm.WorkloadAsync(SlurmFarm.Item("item", "true"))));

        failed.Code.ShouldBe(ErrorCode.SchedulerUnavailable);
        failed.Message.ShouldContain("Its commands find no configuration there: set SLURM_CONF to the path of slurm.conf in the environment in which they run; with 'slurm:' that is the build's.");
    }

    private static async Task<Cluster> ConnectAsync(SlurmFarm farm, string? configuration)
    {
        await farm.Slurm.Login.RunAsRootAsync($"chmod 777 '{farm.Slurm.SharedDirectory}'");
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = "/usr/bin:/bin",
            ["HOME"] = farm.Directory["home"],
            ["BUILD_SECRET"] = Secret,
        };
        if (configuration is not null)
        {
            environment["SLURM_CONF"] = configuration;
        }

        var client = new Client(farm.Directory.Root, environment, farm.Log, TimeProvider.System);
        SettingValue[] arguments =
        [
            Value(SettingsSchema.Cluster, "slurm:"),
            Value(SettingsSchema.StoreRoot, Path.Combine(farm.Slurm.SharedDirectory, "store")),
        ];
        return await client.ConnectAsync(await client.ReadSettingsAsync(arguments, farm.Token), farm.Token);

        static SettingValue Value(Setting setting, string text) => new(setting, [text], new SettingOrigin(SettingLayer.Argument, setting.OptionName));
    }
}
