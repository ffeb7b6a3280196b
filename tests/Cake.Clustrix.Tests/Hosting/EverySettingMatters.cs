using Cake.Core;
using Cake.Core.Diagnostics;
using Clustrix.Configuration;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Testing;

namespace Cake.Clustrix.Tests.Hosting;

/// <summary>Another value of a setting is another thing to be seen: in a result, a file, a failure or the log.</summary>
public sealed class EverySettingMatters
{
    // The audit of packages is a matter of MSBuild, and tested there.
    private static readonly string[] Elsewhere = ["Audit"];

    private const string Refusal = "cat >script; echo 'sbatch: error: not now' >&2; exit 1";

    private static readonly Dictionary<string, Change> Changes = new()
    {
        ["Account"] = new("research", "teaching", ScriptForSlurm),
        ["ArtifactsDirectory"] = new("here", "there", host => Path.GetRelativePath(host[""], Path.GetDirectoryName(Run(host, "true").Directory)!)),
        ["CacheDirectory"] = new("here", "there", host => Seen(host, PushOld, "here/digests", "there/digests")),
        ["Cluster"] = new("local", "farm", host => LogOf(host, Push)),
        ["ConnectTimeout"] = new("1s", "2s", CallOfSsh),
        ["Constraint"] = new("fast", "large", ScriptForSlurm),
        ["ContinueOnItemFailure"] = new("true", "false", host => Try(() => Run(host, "exit 1"))),
        ["CopyBetweenHosts"] = new("false", "true", CopyOfLargeFile),
        ["Cpus"] = new("1", "100000", host => Try(() => Run(host, "true"))),
        ["DotnetRuntime"] = new("Auto", "SelfContained", host => Try(() => RunFrameworkDependent(host))),
        ["Environment"] = new("A=1", "A=2", host => StandardOutput(Run(host, "echo $A"))),
        ["Gres"] = new("gpu:1", "gpu:2", ScriptForSlurm),
        ["HostKeyPolicy"] = new("strict", "accept-new", CallOfSsh),
        ["HostLossTimeout"] = new("0s", "1m", LossOfHost),
        ["Hosts"] = new("one", "other", CallOfSsh),
        ["KeepDays"] = new("1", "0", CleanAfterRun),
        ["LogLimit"] = new("10B", "1MB", host => StandardOutput(Run(host, "seq 100"))),
        ["Memory"] = new("1MB", "900TB", host => Try(() => Run(host, "true"))),
        ["MinHosts"] = new("1", "2", host => Try(() => OnTwoHosts(host, "exit 255"))),
        ["Modules"] = new("", "no-such/module", OutcomeOfTrue),
        ["Nodes"] = new("1", "2", host => Try(() => Run(host, "true"))),
        ["OnClientLoss"] = new("KeepRunning", "CancelAfter(10m)", host =>
        {
            Run(host, "true");
            return Directory.EnumerateFiles(host["store"], "patience", SearchOption.AllDirectories).Count().ToString();
        }),
        ["Outputs"] = new("a", "a;b", host => string.Join(' ', Run(host, "touch a b").Items[0].Outputs.Select(file => file.Name))),
        ["ParallelEnvironment"] = new("smp", "mpi", EnvironmentForGridEngine),
        ["Partition"] = new("main", "short", ScriptForSlurm),
        ["Qos"] = new("normal", "urgent", ScriptForSlurm),
        ["QueueTimeout"] = new("1s", "1h", EndOfQueue),
        ["Retries"] = new("0", "1", host => Item(Run(host, "exit 1", settings => settings.ContinueOnItemFailure = true)).Attempts.ToString()),
        ["RetryOn"] = new("Crashed", "Failed", host => Item(Run(host, "exit 1", settings => (settings.ContinueOnItemFailure, settings.Retries) = (true, 1))).Attempts.ToString()),
        ["ReuseResults"] = new("true", "false", host => Twice(host, _ => { })),
        ["Salt"] = new("", "new", host => Twice(host, settings => settings.Salt = "")),
        ["Scheduler"] = new("pool", "slurm", host => RunWithSlurm(host, Refusal, "exit 1")),
        ["SchedulerOptions"] = new("--exclusive", "--nice", ScriptForSlurm),
        ["Setup"] = new("true", "false", OutcomeOfTrue),
        ["SharedStore"] = new("true", "false", host => OnTwoHosts(host, ":").Push.Workspaces.Count.ToString()),
        ["SshConfig"] = new("one", "other", CallOfSsh),
        ["StoreLimit"] = new("1TB", "0B", CleanAfterRun),
        ["StoreRoot"] = new("HOST/here", "HOST/there", host => Seen(host, Push, "here/cas", "there/cas")),
        ["Stragglers"] = new("Duplicate", "Wait", host =>
        {
            // Of what has passed once it is known what is long.
            Run(host, "true", settings => settings.ReuseResults = false);
            Run(host, "true", settings => settings.ReuseResults = false);
            return Directory.EnumerateFiles(host["store"], "0", SearchOption.AllDirectories).Count(file => File.ReadAllText(file).Contains("item_late=", StringComparison.Ordinal)).ToString();
        }),
        ["TimeLimit"] = new("1h", "2h", ScriptForSlurm),
        ["Timeout"] = new("1h", "100ms", host => Item(Run(host, "sleep 5", settings => settings.ContinueOnItemFailure = true)).Outcome.ToString()),
        ["Workers"] = new("1", "2", host => Run(host, "true", settings => settings.Items.Add(new ClustrixItem("other", "true"))).Run.Workers.ToString()),
        ["WorkingDirectory"] = new("", "sub", host => Path.GetFileName(StandardOutput(Run(host, "pwd", settings => settings.Payload.Add(new ClustrixPayload("data") { Destination = "sub" })))) == "sub" ? "below" : "at the top"),
    };

    public static TheoryData<string> Names() => [.. Changes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Another_value_is_seen(string name)
    {
        var change = Changes[name];

        Observe(name, change.One, change.Look).ShouldNotBe(Observe(name, change.Other, change.Look));
    }

    [Fact]
    public void No_setting_is_left_out() =>
        SettingsSchema.All.Select(setting => setting.Name).Except(Changes.Keys).ShouldBe(Elsewhere);

    private static string Observe(string name, string value, Func<AliasHost, string> look)
    {
        using var host = new AliasHost();
        host.Write("data/a.txt", "content");
        host.Write("clustrix.json", """{ "clusters": { "farm": { } } }""");
        host.Variables[SettingsSchema.Find(name)!.VariableName] = value.Replace("HOST", host[""], StringComparison.Ordinal);
        return look(host).Replace(host[""], "", StringComparison.Ordinal);
    }

    private static RunReport Run(AliasHost host, string command, Action<ClustrixRunSettings>? more = null) =>
        host.Context.ClustrixRun(settings =>
        {
            settings.Items.Add(new ClustrixItem("item", command));
            more?.Invoke(settings);
        });

    private static string OutcomeOfTrue(AliasHost host) => Item(Run(host, "true", settings => settings.ContinueOnItemFailure = true)).Outcome.ToString();

    private static void Push(AliasHost host) => host.Context.ClustrixPush(settings => settings.Payload.Add(new ClustrixPayload("data")));

    // The digest of a file that may still be changing isn't kept.
    private static void PushOld(AliasHost host) => host.Context.ClustrixPush(settings => settings.Payload.Add(new ClustrixPayload(Repository.At("LICENSE"))));

    // A stand-in for ssh that says how it was called: what a setting tells ssh is seen without any other machine.
    private static string CallOfSsh(AliasHost host)
    {
        PutSsh(host, "exec >&2\nuntil [ \"$1\" = -- ]; do printf '%s ' \"$1\"; shift; done\necho \"$2\"\nexit 255");
        return Should.Throw<CakeException>(() => host.Context.ClustrixPush(settings =>
        {
            settings.Payload.Add(new ClustrixPayload("data"));
            if (!host.Variables.ContainsKey(SettingsSchema.Hosts.VariableName))
            {
                settings.Hosts.Add("somewhere");
            }
        })).Message;
    }

    // The second host has no ssh that leads to the first: it says so, and gets everything from here.
    private static string CopyOfLargeFile(AliasHost host)
    {
        File.WriteAllBytes(host["data/large"], new byte[5 << 20]);
        OnTwoHosts(host, "PATH=/usr/bin:/bin", settings => settings.Payload.Add(new ClustrixPayload("data")));
        return string.Join('\n', host.Log.Of(LogLevel.Verbose).Concat(host.Log.Of(LogLevel.Debug)).Where(line => line.Contains("can't fetch", StringComparison.Ordinal)).Select(_ => "can't fetch"));
    }

    private static RunReport RunFrameworkDependent(AliasHost host)
    {
        host.Write("data/app.runtimeconfig.json", $$"""{ "runtimeOptions": { "framework": { "name": "Microsoft.NETCore.App", "version": "{{Environment.Version}}" } } }""");
        return Run(host, "true", settings => settings.Payload.Add(new ClustrixPayload("data")));
    }

    // A stand-in for ssh leads to this machine; the second host has a store of its own unless it is to share the first one's.
    private static RunReport OnTwoHosts(AliasHost host, string second, Action<ClustrixRunSettings>? more = null)
    {
        PutSsh(host, $"""
            until [ "$1" = -- ]; do shift; done
            name=$2 command=$3
            if [ "$name" = two ]; then {second}; fi
            [ "$name" = one ] || [ "$CLUSTRIX_SHARED_STORE" = true ] || command=$(printf '%s' "$command" | sed "s|'{host["store"]}'|'{host["other"]}'|")
            eval "$command"
            """);
        return Run(host, "true", settings =>
        {
            settings.Hosts.Add("one");
            settings.Hosts.Add("two");
            more?.Invoke(settings);
        });
    }

    // The item ends the client's session in the middle of the run; with some patience the next session goes on with it.
    private static string LossOfHost(AliasHost host) => Try(() => Run(host, "kill -9 $(cut -d' ' -f3 ../../../../../tmp/*/owner)"));

    // What Slurm is asked for. The run's own directory is in the job's name and in the place of the log.
    private static string ScriptForSlurm(AliasHost host)
    {
        host.Variables[SettingsSchema.Scheduler.VariableName] = "slurm";
        RunWithSlurm(host, Refusal, "exit 1").ShouldBe("CLX4003");
        return string.Join('\n', File.ReadLines(host["bin/script"]).Where(line => line.StartsWith("#SBATCH ", StringComparison.Ordinal) && !line.Contains("job-name", StringComparison.Ordinal) && !line.Contains("output", StringComparison.Ordinal)));
    }

    // A stand-in for Grid Engine likewise, and what it is asked for.
    private static string EnvironmentForGridEngine(AliasHost host)
    {
        host.Variables[SettingsSchema.Scheduler.VariableName] = "gridengine";
        Put(host, "qhost", $"cat '{Repository.At("tests/Clustrix.Testing/GridEngine/Said/site.txt")}'");
        Put(host, "qconf", "case $1 in -sconf) echo max_aj_tasks 10 ;; -spl) echo smp; echo mpi ;; esac");
        Put(host, "qsub", $"cat >'{host["bin/script"]}'; echo 'Unable to run job: not now' >&2; exit 1");
        Try(() => Run(host, "true", settings => settings.Cpus = 2)).ShouldBe("CLX4003");
        return File.ReadLines(host["bin/script"]).Single(line => line.StartsWith("#$ -pe ", StringComparison.Ordinal));
    }

    // A job that waits when it is asked for the first time, and that somebody has cancelled when it is asked for again.
    private static string EndOfQueue(AliasHost host)
    {
        host.Variables[SettingsSchema.Scheduler.VariableName] = "slurm";
        var end = RunWithSlurm(host, "cat >script; echo 1", """
            for word do case $word in --name=*) name=${word#*=} ;; esac; done
            [ -e asked ] && state=CANCELLED || state=PENDING
            : >asked
            printf '%40s%60s%20s%8s%12s%60s%160s\n' 1_1 "$name" $state 0 0 '' Resources
            """);
        end.ShouldBeOneOf("CLX4005", "CLX4007");
        return end;
    }

    // A stand-in for Slurm, with what a Slurm 22.05 said of itself, where none can be had.
    private static string RunWithSlurm(AliasHost host, string sbatch, string squeue)
    {
        Put(host, "sbatch", $"cd '{host["bin"]}'\n{sbatch}");
        Put(host, "squeue", $"cd '{host["bin"]}'\n{squeue}");
        Put(host, "scontrol", $"[ \"$*\" != 'show config' ] || cat '{Repository.At("tests/Clustrix.Testing/Slurm/Said/site.txt")}'");
        Put(host, "sinfo", "exit 0");
        Put(host, "scancel", "exit 0");
        return Try(() => Run(host, "true"));
    }

    private static void PutSsh(AliasHost host, string script) => Put(host, "ssh", script);

    // Before everything else of that name.
    private static void Put(AliasHost host, string program, string script)
    {
        var stub = host.Write("bin/" + program, "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(stub, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        if (!host.Variables["PATH"].StartsWith(host["bin"], StringComparison.Ordinal))
        {
            host.Variables["PATH"] = $"{host["bin"]}:{host.Variables["PATH"]}";
        }
    }

    // The first run is as the script says, the second as the variable says.
    private static string Twice(AliasHost host, Action<ClustrixRunSettings> first)
    {
        Run(host, "true", first);
        return Item(Run(host, "true")).Cached.ToString();
    }

    private static string CleanAfterRun(AliasHost host)
    {
        Run(host, "true");

        // A run is over for its client a moment before its pool has said so.
        SpinWait.SpinUntil(() => host.Context.ClustrixStatus(_ => { }).All(run => run.State == RunState.Ended), TimeSpan.FromMinutes(1)).ShouldBeTrue();
        return host.Context.ClustrixClean(settings => settings.DryRun = true).Runs.Count.ToString();
    }

    private static ItemResult Item(RunReport report) => report.Items[0].Result;

    private static string StandardOutput(RunReport report) => File.ReadAllText(report.Items[0].Stdout!).Trim();

    private static string Seen(AliasHost host, Action<AliasHost> act, params string[] paths)
    {
        act(host);
        return string.Join(' ', paths.Where(path => Path.Exists(host[path])));
    }

    private static string LogOf(AliasHost host, Action<AliasHost> act)
    {
        act(host);
        return string.Join('\n', host.Log.Of(LogLevel.Information));
    }

    private static string Try(Func<RunReport> run)
    {
        try
        {
            return run().Run.Passed.ToString();
        }
        catch (CakeException failure)
        {
            return failure.Message[..7];
        }
    }

    private sealed record Change(string One, string Other, Func<AliasHost, string> Look);
}
