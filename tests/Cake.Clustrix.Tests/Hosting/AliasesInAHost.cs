using Cake.Core;
using Cake.Core.Diagnostics;
using Clustrix.Results;
using Clustrix.Snapshots;

namespace Cake.Clustrix.Tests.Hosting;

public sealed class AliasesInAHost : IDisposable
{
    private readonly AliasHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task A_task_of_an_engine_runs_items_and_gets_their_results()
    {
        RunReport? report = null;
        _host.Write("data/a.txt", "one\ntwo\n");
        _host.Engine.RegisterTask("Count").Does(context => report = context.ClustrixRun(settings =>
        {
            settings.Payload.Add(new ClustrixPayload("data"));
            settings.Items.Add(new ClustrixItem("count", "wc -l < data/a.txt > out") { Outputs = { "out" } });
        }));

        await _host.RunTargetAsync("Count");

        var item = report!.Items.ShouldHaveSingleItem();
        File.ReadAllText(item.Outputs.ShouldHaveSingleItem().Path).Trim().ShouldBe("2");
        report.Directory.ShouldStartWith(_host["artifacts/clustrix"]);
        _host.Log.Of(LogLevel.Information).ShouldContain(line => line.StartsWith("Clustrix: 1 item: 1 passed.", StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_script_sets_comes_before_variables_and_files()
    {
        _host.Write("clustrix.json", """{ "environment": ["FROM=file"], "outputs": ["out"], "artifactsDirectory": "from-file" }""");
        _host.Variables["CLUSTRIX_ARTIFACTS_DIRECTORY"] = "from-variable";
        var item = new ClustrixItem("say", "echo $FROM > out");

        var fromFile = _host.Context.ClustrixRun(settings => settings.Items.Add(item));
        var fromScript = _host.Context.ClustrixRun(settings =>
        {
            settings.Items.Add(item);
            settings.Environment["FROM"] = "script";
            settings.ArtifactsDirectory = "from-script";
        });

        Output(fromFile).ShouldBe("file\n");
        fromFile.Directory.ShouldStartWith(_host["from-variable/"]);
        Output(fromScript).ShouldBe("script\n");
        fromScript.Directory.ShouldStartWith(_host["from-script/"]);
    }

    [Fact]
    public void Listed_variables_reach_the_items_and_change_the_environment_hash()
    {
        _host.Variables["LISTED"] = "value of mine";
        void Configure(ClustrixRunSettings settings)
        {
            settings.EnvironmentVariables.Add("LISTED");
            settings.Items.Add(new ClustrixItem("say", "echo $LISTED > out") { Outputs = { "out" } });
        }

        Output(_host.Context.ClustrixRun(Configure)).ShouldBe("value of mine\n");

        _host.Variables["LISTED"] = "another";
        Output(_host.Context.ClustrixRun(Configure)).ShouldBe("another\n");
    }

    [Fact]
    public void Variables_of_a_snapshot_reach_the_items_with_the_values_that_they_have_when_the_run_begins()
    {
        _host.Variables["LISTED"] = "when it was taken";
        var snapshot = _host.Context.ClustrixSnapshot(settings => settings.EnvironmentVariables.Add("LISTED"));
        _host.Variables["LISTED"] = "when it began";

        Output(_host.Context.ClustrixRun(settings =>
        {
            settings.Snapshot = snapshot;
            settings.Items.Add(new ClustrixItem("say", "echo $LISTED > out") { Outputs = { "out" } });
        })).ShouldBe("when it began\n");
    }

    [Theory]
    [InlineData("")]
    [InlineData("A B")]
    [InlineData("CLUSTRIX_MARK")]
    public void A_listed_variable_that_items_cannot_have_is_told_with_the_rest_and_nothing_is_sent(string name)
    {
        Should.Throw<CakeException>(() => _host.Context.ClustrixSnapshot(settings => settings.EnvironmentVariables.Add(name))).Message.ShouldStartWith("CLX1004: Listed variable");
        foreach (var snapshot in new[] { null, new Snapshot([new SnapshotEntry(EntryKind.Variable, name, "unset")]) })
        {
            var failure = Should.Throw<CakeException>(() => _host.Context.ClustrixRun(settings =>
            {
                settings.Snapshot = snapshot;
                settings.EnvironmentVariables.Add(name);
                settings.Items.Add(new ClustrixItem("", "true"));
            }));

            failure.ExitCode.ShouldBe(2);
            failure.Message.Split(Environment.NewLine).Select(line => line[..9]).ShouldBe(["CLX1004: ", "CLX1004: "]);
            failure.Message.ShouldContain($"CLX1004: Listed variable '{name}': ");
        }

        Directory.Exists(_host["store"]).ShouldBeFalse();
    }

    [Fact]
    public void A_null_where_something_is_needed_is_told_with_its_place_all_of_them_at_once()
    {
        var failure = Should.Throw<CakeException>(() => _host.Context.ClustrixRun(settings =>
        {
            settings.Items.Add(null!);
            settings.Items.Add(new ClustrixItem(null!, "true"));
            settings.Items.Add(new ClustrixItem("a", null!) { Outputs = { null! }, Environment = { { "N", null! } }, Setup = { null! } });
            settings.Payload.Add(null!);
            settings.Payload.Add(new ClustrixPayload("data") { Exclude = { null! } });
            settings.Hosts.Add(null!);
            settings.Tools.Add("tool", null!);
            settings.EnvironmentVariables.Add(null!);
        }));

        failure.ExitCode.ShouldBe(2);
        failure.Message.Split(Environment.NewLine).Order(StringComparer.Ordinal).ShouldBe(
        [
            .. from place in new[]
               {
                   "EnvironmentVariables[0]", "Hosts[0]", "Items[0]", "Items[1].Name", "Items[2].Command", "Items[2].Environment[\"N\"]", "Items[2].Outputs[0]",
                   "Items[2].Setup[0]", "Payload[0]", "Payload[1].Exclude[0]", "Tools[\"tool\"]",
               }
               select $"CLX1004: ClustrixRunSettings.{place} is null. Give it a value, or leave it out.",
        ]);
    }

    [Fact]
    public void Every_alias_tells_a_null()
    {
        Should.Throw<CakeException>(() => _host.Context.ClustrixCancel(settings => settings.RunId = null!)).Message.ShouldStartWith("CLX1004: ClustrixCancelSettings.RunId is null.");
        Should.Throw<CakeException>(() => _host.Context.ClustrixHash(settings => settings.SnapshotFile = null!)).Message.ShouldStartWith("CLX1004: ClustrixHashSettings.SnapshotFile is null.");
        Should.Throw<CakeException>(() => _host.Context.ClustrixSnapshot(settings => settings.ProjectOutputs.Add(null!))).Message
            .ShouldStartWith("CLX1004: ClustrixSnapshotSettings.ProjectOutputs[0] is null.");
        Should.Throw<CakeException>(() => _host.Context.ClustrixSnapshot(settings => settings.Tools.Add("", ""))).Message.ShouldStartWith("CLX1004: A listed tool has no name.");
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once_with_its_codes_and_nothing_is_sent()
    {
        _host.Variables["CLUSTRIX_WORKER_COUNT"] = "3";

        var failure = Should.Throw<CakeException>(() => _host.Context.ClustrixRun(settings =>
        {
            settings.Cluster = "moon";
            settings.Retries = -1;
            settings.Timeout = TimeSpan.FromSeconds(-1);
            settings.Items.Add(new ClustrixItem("a", "true"));
            settings.Items.Add(new ClustrixItem("a", "true") { Memory = "8" });
            settings.Payload.Add(new ClustrixPayload("none") { Destination = "../out" });
        }));

        failure.ExitCode.ShouldBe(2);
        foreach (var code in new[] { "CLX1001", "CLX1002", "CLX1003", "CLX1004", "CLX1006", "CLX1008", "CLX1013" })
        {
            failure.Message.ShouldContain(code + ": ");
        }

        failure.Message.ShouldContain("ClustrixRunSettings.Retries");
        Directory.Exists(_host["store"]).ShouldBeFalse();
    }

    [Fact]
    public void A_run_without_items_is_told_so() =>
        Should.Throw<CakeException>(() => _host.Context.ClustrixRun(_ => { })).Message.ShouldStartWith("CLX1012: ");

    [Fact]
    public void An_item_that_fails_fails_the_task_and_is_in_the_log_as_an_error()
    {
        var failure = Should.Throw<CakeException>(() => _host.Context.ClustrixRun(settings =>
        {
            settings.Items.Add(new ClustrixItem("good", "true"));
            settings.Items.Add(new ClustrixItem("bad", "echo {0} broken >&2; exit 7"));
        }));

        failure.ExitCode.ShouldBe(1);
        failure.Message.ShouldStartWith("CLX5001: 1 of 2 items didn't pass.");
        var error = _host.Log.Of(LogLevel.Error).ShouldHaveSingleItem();
        error.ShouldContain("error CLX5001: Item 'bad' failed with exit code 7");
        error.ShouldContain("{0} broken");
    }

    [Fact]
    public void Runs_are_listed_collected_found_by_the_beginning_of_their_id_and_not_found_otherwise()
    {
        var report = _host.Context.ClustrixRun(settings => settings.Items.Add(new ClustrixItem("a", "echo hello")));

        _host.Context.ClustrixStatus(_ => { }).Select(run => run.Run).ShouldBe([report.Run.Run]);
        Directory.Delete(report.Directory, recursive: true);
        var collected = _host.Context.ClustrixCollect(settings => settings.RunId = report.Run.Run);
        collected.Directory.ShouldBe(report.Directory);
        File.ReadAllText(collected.Items.ShouldHaveSingleItem().Stdout!).ShouldBe("hello\n");
        _host.Context.ClustrixCancel(settings => settings.RunId = report.Run.Run[..10]).Run.ShouldBe(report.Run.Run);
        Should.Throw<CakeException>(() => _host.Context.ClustrixCancel(settings => settings.RunId = "1999")).Message.ShouldStartWith("CLX5010: ");
        Should.Throw<CakeException>(() => _host.Context.ClustrixCancel(_ => { })).Message.ShouldStartWith("CLX5010: ");
    }

    [Fact]
    public void Runs_are_listed_and_cancelled_with_one_host_and_what_may_go_on_elsewhere_fails_the_task()
    {
        _host.WriteScript("bin/ssh", $"""
            #!/bin/sh
            until [ "$1" = -- ]; do shift; done
            if [ "$2" = other ]; then [ ! -e '{_host["down"]}' ] || exit 255; fi
            [ "$2" = one ] || set -- -- other "$(printf '%s' "$3" | sed "s|'{_host["store"]}'|'{_host["store"]}-of-other'|")"
            eval "$3"
            """);
        _host.Variables["PATH"] = $"{_host["bin"]}:{_host.Variables["PATH"]}";
        _host.Write("clustrix.json", """{ "hosts": ["one", "other"], "minHosts": 2 }""");
        var run = _host.Context.ClustrixRun(settings => settings.Items.Add(new ClustrixItem("a", "true"))).Run.Run;
        _host.Write("down", "");

        _host.Context.ClustrixStatus(_ => { }).ShouldHaveSingleItem().Run.ShouldBe(run);
        var failure = Should.Throw<CakeException>(() => _host.Context.ClustrixCancel(settings => settings.RunId = run));
        failure.ExitCode.ShouldBe(3);
        failure.Message.ShouldStartWith($"CLX3001: On one, run {run} had ended before; nothing of it was left to end. On other, which can't be used now, items of it may still run: ");
        Should.Throw<CakeException>(() => _host.Context.ClustrixPush(settings => settings.Payload.Add(new ClustrixPayload("clustrix.json")))).Message.ShouldStartWith("CLX3014: ");
    }

    [Fact]
    public void A_push_is_told_and_the_second_one_sends_nothing()
    {
        _host.Write("data/a.txt", "content");

        var first = _host.Context.ClustrixPush(settings => settings.Payload.Add(new ClustrixPayload("data")));
        var second = _host.Context.ClustrixPush(settings => settings.Payload.Add(new ClustrixPayload("data")));

        first.FilesSent.ShouldBe(1);
        second.FilesSent.ShouldBe(0);
        _host.Log.Of(LogLevel.Information).ShouldContain("Clustrix: local has the payload already (1 file).");
    }

    [Fact]
    public void Details_are_written_at_the_verbosity_verbose_only()
    {
        var hash = _host.Context.ClustrixHash(new ClustrixHashSettings { Snapshot = new Snapshot([new SnapshotEntry(EntryKind.Tool, "t", "1")]) });

        _host.Log.Entries.Where(entry => entry.Text.Contains("tool t 1", StringComparison.Ordinal)).ShouldHaveSingleItem().Verbosity.ShouldBe(Verbosity.Verbose);
        _host.Log.Entries.Where(entry => entry.Text.Contains(hash.Value, StringComparison.Ordinal)).ShouldHaveSingleItem().Verbosity.ShouldBe(Verbosity.Normal);
    }

    [Fact]
    public void A_snapshot_of_a_project_needs_what_only_its_build_knows() =>
        Should.Throw<CakeException>(() => _host.Context.ClustrixSnapshot(settings => settings.AssetsFile = "obj/project.assets.json"))
            .Message.ShouldStartWith("CLX1004: The snapshot of an AssetsFile needs TargetFramework.");

    [Fact]
    public void A_plan_says_what_a_run_would_do_and_does_nothing()
    {
        var plan = _host.Context.ClustrixPlan(settings => settings.Items.Add(new ClustrixItem("a", "true") { Memory = "1MB" }));

        (plan.Items, plan.Reused, plan.Workers.ShouldHaveSingleItem().Workers).ShouldBe((1, 0, 1));
        _host.Log.Of(LogLevel.Information).ShouldContain(line => line.EndsWith(": 1 worker for 1 item of 1 core and 1 MB.", StringComparison.Ordinal));
        _host.Context.ClustrixStatus(_ => { }).ShouldBeEmpty();
    }

    [Fact]
    public void A_clean_up_says_what_it_removes()
    {
        _host.Context.ClustrixRun(settings => settings.Items.Add(new ClustrixItem("a", "true")));

        _host.Context.ClustrixClean(settings => settings.DryRun = true).Runs.ShouldBeEmpty();
        _host.Context.ClustrixClean(settings => settings.KeepDays = 0);

        _host.Log.Of(LogLevel.Information).ShouldContain(line => line.Contains(" were removed from ", StringComparison.Ordinal));
    }

    private static string Output(RunReport report) => File.ReadAllText(report.Items.ShouldHaveSingleItem().Outputs.ShouldHaveSingleItem().Path);
}
