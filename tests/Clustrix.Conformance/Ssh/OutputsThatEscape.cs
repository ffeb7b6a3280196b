using Clustrix.Diagnostics;
using Clustrix.Testing.Ssh;

namespace Clustrix.Conformance.Ssh;

/// <summary>Results that try to be written elsewhere than in the artifacts directory.</summary>
public sealed class OutputsThatEscape
{
    // A name that nothing else has, wherever it is to appear.
    private readonly string _name = "clustrix-escaped-" + Guid.NewGuid().ToString("N");

    [SshFact]
    public async Task Links_that_an_item_plants_are_no_outputs()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1");
        await using var cluster = await farm.ConnectAsync("h1");
        const string command = "ln -s /etc/passwd link; mkdir d; ln -s / d/root; ln -s ../../../../../.. d/up; ln -s ../stdout log; echo fine >d/out";
        var workload = Farm.Workload(await farm.PayloadAsync("a"), Farm.Item("item", command) with { Outputs = ["**"] });

        var (run, items) = await farm.RunAsync(cluster, workload);

        run.Passed.ShouldBeTrue();
        items[0].Outputs.Select(output => output.Name).ShouldBe(["d/out"]);
        Directory.GetFiles(farm.Directory["artifacts"], "*", SearchOption.AllDirectories).ShouldBe([farm.Directory[$"artifacts/{run.Run}/items/item/outputs/d/out"]]);
        await Invariants.Of(node).HoldAsync(run, workload);
    }

    /// <summary>Something of the item's goes on after its end.</summary>
    [SshFact]
    public async Task An_output_that_becomes_a_link_is_refused()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1");
        await using var cluster = await farm.ConnectAsync("h1");
        var workload = Farm.Workload(await farm.PayloadAsync("a"), Farm.Item("item", "echo fine >out") with { Outputs = ["out"] });
        var (run, _) = await farm.RunAsync(cluster, workload);

        await node.RunAsRootAsync($"cd {SshNode.Home}/.cache/clustrix/run/*/att/*/work && rm -f out && ln -s /etc/passwd out");

        (await Should.ThrowAsync<ClustrixException>(() => cluster.CollectAsync(run, farm.Directory["again"], farm.Token))).Code.ShouldBe(ErrorCode.OutputCorrupt);
        Directory.GetFiles(farm.Directory["again"], "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [SshTheory]
    [InlineData("work/../../../../NAME")]
    [InlineData("../../../NAME")]
    [InlineData("/tmp/NAME")]
    [InlineData("work//tmp/NAME")]
    [InlineData("work/%2E%2E/%2E%2E/%2E%2E/%2E%2E/NAME")]
    public async Task A_record_that_names_a_place_elsewhere_is_refused(string path)
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1");
        await using var cluster = await farm.ConnectAsync("h1");
        var (run, _) = await farm.RunAsync(cluster, Farm.Workload(await farm.PayloadAsync("a"), Farm.Item("item", "echo fine >out") with { Outputs = ["out"] }));

        // A stand-in for a hostile host: its records say what it likes.
        await node.RunAsRootAsync($"sed -i 's|\"path\":\"[^\"]*\"|\"path\":\"{path.Replace("NAME", _name, StringComparison.Ordinal)}\"|' {SshNode.Home}/.cache/clustrix/run/*/done/0");

        var description = await cluster.FindRunAsync(run.Run, farm.Token);
        var failure = await Should.ThrowAsync<ClustrixException>(() => cluster.CollectAsync(description, farm.Directory["again"], farm.Token));
        failure.Code.ShouldBe(ErrorCode.OutputEscapes);
        NothingEscaped(farm);
    }

    [SshFact]
    public async Task Entries_that_were_not_asked_for_lead_nowhere()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1");
        await using var cluster = await farm.ConnectAsync("h1");
        var (run, _) = await farm.RunAsync(cluster, Farm.Workload(await farm.PayloadAsync("a"), Farm.Item("item", "echo fine >out") with { Outputs = ["out"] }));
        var description = await cluster.FindRunAsync(run.Run, farm.Token);

        // A stand-in for a hostile host: what it packs isn't what it was asked for.
        (await node.RunAsRootAsync($$"""
            mv /usr/bin/tar /usr/bin/tar.real && mkdir /tmp/evil && cd /tmp/evil && echo evil >one && echo evil >two && echo evil >three && echo evil >four && echo evil >five && ln -s /tmp link || exit 1
            cat >/usr/bin/tar <<'TAR'
            #!/bin/sh
            [ "$1" = -cf ] || exec tar.real "$@"
            cd /tmp/evil && exec tar.real -P --transform "s|^one\$|../../../{{_name}}|;s|^two\$|/tmp/{{_name}}|;s|^link\$|$3|;s|^three\$|$3/{{_name}}|;s|^four\$|$3/../../../{{_name}}|;s|^five\$|$3//tmp/{{_name}}|" -cf - one two link three four five
            TAR
            chmod 755 /usr/bin/tar
            """)).ExitCode.ShouldBe(0);

        (await Should.ThrowAsync<ClustrixException>(() => cluster.CollectAsync(description, farm.Directory["again"], farm.Token))).Code.ShouldBe(ErrorCode.OutputCorrupt);
        NothingEscaped(farm);

        await Should.ThrowAsync<ClustrixException>(() => cluster.FetchPayloadAsync(description, farm.Directory["copy"], farm.Token));
        NothingEscaped(farm);
    }

    private void NothingEscaped(Farm farm)
    {
        Directory.GetFileSystemEntries(farm.Directory.Root, _name + "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Where(path => Path.GetDirectoryName(path) != farm.Directory["copy"]).ShouldBeEmpty();
        File.Exists("/tmp/" + _name).ShouldBeFalse();
        File.Exists(Path.Combine(Path.GetDirectoryName(farm.Directory.Root)!, _name)).ShouldBeFalse();
    }
}
