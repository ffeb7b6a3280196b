using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Runs;
using Clustrix.Schedulers;
using Clustrix.Testing;
using Clustrix.Workloads;

namespace Clustrix.Tests.Configuration;

/// <summary>A project in a repository of a user: every layer is a real file or variable.</summary>
public sealed class PrecedenceOfSettings : IDisposable
{
    private static readonly SettingLayer[] Layers = Enum.GetValues<SettingLayer>();

    private readonly TempDirectory _directory = new();
    private readonly Dictionary<string, string> _environment = [];
    private readonly List<SettingValue> _arguments = [];

    public PrecedenceOfSettings()
    {
        Directory.CreateDirectory(_directory["repository/.git"]);
        Directory.CreateDirectory(_directory["repository/src/app"]);
        _environment["HOME"] = _directory["home"];
    }

    public void Dispose() => _directory.Dispose();

    public static TheoryData<SettingLayer, SettingLayer> Pairs()
    {
        var pairs = new TheoryData<SettingLayer, SettingLayer>();
        foreach (var stronger in Layers)
        {
            foreach (var weaker in Layers.Where(weaker => weaker > stronger))
            {
                pairs.Add(stronger, weaker);
            }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task The_stronger_of_two_layers_wins_and_is_named_as_the_origin(SettingLayer stronger, SettingLayer weaker)
    {
        Write(weaker, "5");
        Write(stronger, "7");

        var value = (await ResolveAsync()).Find(SettingsSchema.Workers)!;

        value.Text.ShouldBe("7");
        value.Origin.Layer.ShouldBe(stronger);
    }

    [Fact]
    public async Task Nobody_has_said_anything_and_the_defaults_hold()
    {
        var settings = await ResolveAsync();

        settings.Values.ShouldAllBe(value => value.Origin.Layer == SettingLayer.Default);
        settings.Find(SettingsSchema.Memory).ShouldBeNull();
        settings.Text(SettingsSchema.Cluster).ShouldBe("local");
        settings.Duration(SettingsSchema.Timeout).ShouldBe(TimeSpan.FromHours(1));
        settings.Switch(SettingsSchema.ReuseResults).ShouldBeTrue();
        settings.Size(SettingsSchema.Memory).ShouldBe(0);
    }

    [Fact]
    public async Task Each_origin_says_where_to_look()
    {
        _environment["CLUSTRIX_SALT"] = "x";
        _directory.Write("repository/clustrix.json", "{\n  \"workers\": 2\n}");
        _arguments.Add(new SettingValue(SettingsSchema.Retries, ["3"], new SettingOrigin(SettingLayer.Argument, "--retries")));

        var settings = await ResolveAsync();

        settings.Find(SettingsSchema.Salt)!.Origin.ToString().ShouldBe("environment CLUSTRIX_SALT");
        settings.Find(SettingsSchema.Workers)!.Origin.ToString().ShouldBe($"{_directory["repository/clustrix.json"]}(2,3)");
        settings.Find(SettingsSchema.Retries)!.Origin.ToString().ShouldBe("--retries");
        settings.Find(SettingsSchema.Cpus)!.Origin.ToString().ShouldBe("default");
    }

    [Fact]
    public async Task A_cluster_that_one_file_chooses_may_be_defined_in_any_other()
    {
        _directory.Write("home/.config/clustrix/clustrix.json", """{ "cluster": "farm", "retries": 1 }""");
        _directory.Write("repository/src/app/clustrix.json", """{ "workers": 1, "clusters": { "farm": { "workers": 9, "timeout": "5m" }, "other": { "workers": 8 } } }""");

        var settings = await ResolveAsync();

        settings.Text(SettingsSchema.Cluster).ShouldBe("farm");
        settings.Count(SettingsSchema.Workers).ShouldBe(9);
        settings.Duration(SettingsSchema.Timeout).ShouldBe(TimeSpan.FromMinutes(5));
        settings.Count(SettingsSchema.Retries).ShouldBe(1);
        settings.Find(SettingsSchema.Workers)!.Origin.Name.ShouldBe("clusters.farm.workers");
    }

    [Fact]
    public async Task A_cluster_that_nobody_defines_is_told_with_those_that_are()
    {
        _directory.Write("repository/clustrix.json", """{ "clusters": { "farm": {}, "local": { "workers": 2 } } }""");
        _environment["CLUSTRIX_CLUSTER"] = "moon";

        var problem = (await FailAsync()).ShouldHaveSingleItem();

        problem.Code.ShouldBe(ErrorCode.UnknownCluster);
        problem.Message.ShouldBe("There is no cluster 'moon' (from environment CLUSTRIX_CLUSTER). There are: 'local', 'farm'; or write ssh://user@host or slurm://user@host/partition or gridengine://user@host/partition or pbs://user@host/partition.");
    }

    [Theory]
    [InlineData("ssh://build@other", "ssh://build@other", "ssh://build@other")]
    [InlineData("farm", "farm1;farm2", "farm")]
    [InlineData("local", "", "local")]
    [InlineData("", "usual", "usual")]
    public async Task The_hosts_are_those_of_the_cluster_that_is_asked_for(string cluster, string hosts, string name)
    {
        _directory.Write("repository/clustrix.json", """{ "hosts": ["usual"], "clusters": { "farm": { "hosts": ["farm1", "farm2"] } } }""");
        if (cluster.Length > 0)
        {
            _environment["CLUSTRIX_CLUSTER"] = cluster;
        }

        var settings = await ResolveAsync();

        settings.Text(SettingsSchema.Hosts).ShouldBe(hosts);
        settings.ClusterName.ShouldBe(name);
    }

    [Fact]
    public async Task An_address_comes_before_what_files_say_and_they_add_what_it_leaves_open()
    {
        _directory.Write("repository/clustrix.json", """{ "hosts": ["usual"], "scheduler": "pool", "partition": "usual", "account": "research" }""");
        _environment["CLUSTRIX_CLUSTER"] = "slurm://me@login/short";

        var settings = await ResolveAsync();

        settings.Values.Where(value => value.Origin.Name == "CLUSTRIX_CLUSTER").Select(value => $"{value.Setting.Name}={value.Text}")
            .ShouldBe(["Cluster=slurm://me@login/short", "Hosts=ssh://me@login", "Partition=short", "Scheduler=slurm"]);
        settings.Text(SettingsSchema.Account).ShouldBe("research");
        settings.ClusterName.ShouldBe("slurm://me@login/short");
    }

    [Fact]
    public async Task A_scheduler_of_this_machine_doesnt_mean_the_hosts_of_a_file()
    {
        _directory.Write("repository/clustrix.json", """{ "hosts": ["usual"], "partition": "usual" }""");
        _environment["CLUSTRIX_CLUSTER"] = "slurm:";

        var settings = await ResolveAsync();

        settings.Find(SettingsSchema.Hosts).ShouldBeNull();
        settings.Text(SettingsSchema.Scheduler).ShouldBe("slurm");
        settings.Text(SettingsSchema.Partition).ShouldBe("usual");
    }

    [Theory]
    [InlineData("slurm://login/short", "CLUSTRIX_HOSTS", "a;b", "Hosts is 'a;b' (from environment CLUSTRIX_HOSTS), and Cluster is 'slurm://login/short' (from environment CLUSTRIX_CLUSTER), which means 'ssh://login'. Leave one of the two out.")]
    [InlineData("slurm:", "CLUSTRIX_HOSTS", "a", "Hosts is 'a' (from environment CLUSTRIX_HOSTS), and Cluster is 'slurm:' (from environment CLUSTRIX_CLUSTER), which means this machine. Leave one of the two out.")]
    [InlineData("slurm://login", "CLUSTRIX_SCHEDULER", "gridengine", "Scheduler is 'gridengine' (from environment CLUSTRIX_SCHEDULER), and Cluster is 'slurm://login' (from environment CLUSTRIX_CLUSTER), which means 'slurm'. Leave one of the two out.")]
    [InlineData("slurm:short", "CLUSTRIX_PARTITION", "long", "Partition is 'long' (from environment CLUSTRIX_PARTITION), and Cluster is 'slurm:short' (from environment CLUSTRIX_CLUSTER), which means 'short'. Leave one of the two out.")]
    [InlineData("local", "CLUSTRIX_HOSTS", "a", "Hosts is 'a' (from environment CLUSTRIX_HOSTS), and Cluster is 'local' (from environment CLUSTRIX_CLUSTER), which means this machine. Leave one of the two out.")]
    public async Task What_would_count_for_nothing_beside_the_cluster_is_an_error(string cluster, string variable, string value, string message)
    {
        _environment["CLUSTRIX_CLUSTER"] = cluster;
        _environment[variable] = value;

        var problem = (await FailAsync()).ShouldHaveSingleItem();

        (problem.Code, problem.Message).ShouldBe((ErrorCode.BadValue, message));
    }

    [Fact]
    public async Task A_file_that_says_otherwise_than_a_cluster_that_is_said_more_strongly_is_none()
    {
        var file = _directory.Write("repository/clustrix.json", """
            {
              "hosts": ["usual"],
              "cluster": "slurm://login"
            }
            """);
        var problem = (await FailAsync()).ShouldHaveSingleItem();
        (problem.Code, problem.File, problem.Line).ShouldBe((ErrorCode.BadValue, file, 2));

        _environment["CLUSTRIX_CLUSTER"] = "slurm://login";
        (await ResolveAsync()).Text(SettingsSchema.Hosts).ShouldBe("ssh://login");
    }

    [Theory]
    [InlineData("CLUSTRIX_ON_CLIENT_LOSS", "CancelAfter(0s)", "'CancelAfter(0s)' isn't a value for OnClientLoss. Write KeepRunning or CancelAfter(…), where … stands for a length of time above zero, as in CancelAfter(10m). (From environment CLUSTRIX_ON_CLIENT_LOSS.)")]
    [InlineData("CLUSTRIX_ON_CLIENT_LOSS", "CancelAfter(10m", "'CancelAfter(10m' isn't a value for OnClientLoss. Write KeepRunning or CancelAfter(…), where … stands for a length of time above zero, as in CancelAfter(10m). (From environment CLUSTRIX_ON_CLIENT_LOSS.)")]
    [InlineData("CLUSTRIX_WORKERS", "99999999999", "'99999999999' is too large for Workers. Write at most 2147483647. (From environment CLUSTRIX_WORKERS.)")]
    public async Task What_cannot_be_a_value_is_told_with_what_can(string variable, string value, string message)
    {
        _environment[variable] = value;

        (await FailAsync()).ShouldHaveSingleItem().Message.ShouldBe(message);
    }

    [Theory]
    [InlineData("CancelAfter(10m)")]
    [InlineData("CancelAfter(1h30m)")]
    [InlineData("CancelAfter(0.5s)")]
    public async Task A_length_of_time_may_stand_in_a_choice(string value)
    {
        _environment["CLUSTRIX_ON_CLIENT_LOSS"] = value;

        (await ResolveAsync()).Text(SettingsSchema.OnClientLoss).ShouldBe(value);
    }

    [Fact]
    public async Task A_named_cluster_may_have_a_scheduler()
    {
        _directory.Write("repository/clustrix.json", """
            { "partition": "main", "clusters": { "hpc": { "scheduler": "slurm", "hosts": ["login"], "partition": "short", "timeLimit": "2h", "schedulerOptions": ["--exclusive"] } } }
            """);
        _environment["CLUSTRIX_CLUSTER"] = "hpc";

        var batch = BatchOptions.Of(await ResolveAsync()).ShouldNotBeNull();

        (batch.Scheduler, batch.Partition, batch.TimeLimit, batch.QueueTimeout).ShouldBe(("slurm", "short", TimeSpan.FromHours(2), (TimeSpan?)null));
        batch.Options.ShouldBe(["--exclusive"]);
    }

    [Fact]
    public async Task A_scheduler_is_asked_on_one_host()
    {
        var file = _directory.Write("repository/src/app/clustrix.json", """
            {
              "scheduler": "slurm",
              "hosts": ["login1", "login2"]
            }
            """);
        var settings = await ResolveAsync();

        var problem = (await Should.ThrowAsync<ClustrixException>(() => new Client(_directory.Root, _environment, new Silence(), TimeProvider.System).ConnectAsync(settings, CancellationToken.None)))
            .Problems.ShouldHaveSingleItem();

        problem.Code.ShouldBe(ErrorCode.BadValue);
        problem.Message.ShouldStartWith("Hosts names 2 hosts, and Scheduler is slurm: name the one where jobs are submitted.");
        (problem.File, problem.Line).ShouldBe((file, 3));
    }

    [Fact]
    public async Task An_unknown_scheduler_is_told_with_the_known_ones()
    {
        _environment["CLUSTRIX_SCHEDULER"] = "slrum";

        var problem = (await FailAsync()).ShouldHaveSingleItem();

        problem.Code.ShouldBe(ErrorCode.BadValue);
        problem.Message.ShouldBe("'slrum' isn't a value for Scheduler. Write pool or slurm or gridengine or pbs. (From environment CLUSTRIX_SCHEDULER.)");
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_arguments_and_variables_is_told_at_once()
    {
        _environment["CLUSTRIX_WORKER_COUNT"] = "3";
        _environment["CLUSTRIX_RETRYS"] = "3";
        _environment["CLUSTRIX_TIMEOUT"] = "90";
        _environment["CLUSTRIX_RUN"] = "told to items by their worker";
        _arguments.Add(new SettingValue(SettingsSchema.Memory, ["8"], new SettingOrigin(SettingLayer.Argument, "ClustrixMemory", "a.csproj", 3, 5)));

        var problems = await FailAsync();

        problems.Select(problem => problem.Code).ShouldBe([ErrorCode.UnknownSetting, ErrorCode.UnknownSetting, ErrorCode.BadSize, ErrorCode.BadDuration]);
        problems[0].Message.ShouldContain("'CLUSTRIX_RETRYS' is set, and nothing reads it. Did you mean 'CLUSTRIX_RETRIES'?");
        (problems[2].File, problems[2].Line, problems[2].Column).ShouldBe(("a.csproj", 3, 5));
        problems[3].Message.ShouldContain("environment CLUSTRIX_TIMEOUT");
    }

    [Fact]
    public async Task What_a_worker_tells_an_item_is_no_slip_of_the_keyboard()
    {
        foreach (var name in VariableName.ToldToItems)
        {
            _environment[name] = "x";
        }

        (await ResolveAsync()).ClusterName.ShouldBe("local");
    }

    [Fact]
    public async Task A_list_in_a_variable_is_separated_by_semicolons()
    {
        _environment["CLUSTRIX_OUTPUTS"] = "*.json; logs/;";

        (await ResolveAsync()).Texts(SettingsSchema.Outputs).ShouldBe(["*.json", "logs/"]);
    }

    [Fact]
    public async Task What_is_wrong_in_any_file_is_told_together()
    {
        _directory.Write("repository/src/app/clustrix.json", """{ "workers": "1" }""");
        _directory.Write("repository/clustrix.json", "{");

        (await FailAsync()).Select(problem => problem.File).ShouldBe([_directory["repository/src/app/clustrix.json"], _directory["repository/clustrix.json"]]);
    }

    [Fact]
    public async Task A_project_at_the_root_of_its_repository_reads_that_file_once()
    {
        _directory.Write("repository/clustrix.json", """{ "workers": 4 }""");

        var files = await ConfigurationFiles.ReadAsync(_directory["repository"], _environment, CancellationToken.None);

        files.ShouldHaveSingleItem().Values.Single().Origin.Layer.ShouldBe(SettingLayer.ProjectFile);
    }

    [Fact]
    public async Task The_users_file_lies_where_the_environment_says()
    {
        _environment["XDG_CONFIG_HOME"] = _directory["elsewhere"];
        _directory.Write("elsewhere/clustrix/clustrix.json", """{ "workers": 6 }""");
        _directory.Write("home/.config/clustrix/clustrix.json", """{ "workers": 5 }""");

        (await ResolveAsync()).Count(SettingsSchema.Workers).ShouldBe(6);
    }

    [Fact]
    public async Task A_directory_in_a_file_starts_at_that_file_and_any_other_at_the_base()
    {
        _directory.Write("repository/clustrix.json", """{ "artifactsDirectory": "out/runs/" }""");
        _environment["CLUSTRIX_CACHE_DIRECTORY"] = "cache";

        var settings = await ResolveAsync();

        settings.Directory(SettingsSchema.ArtifactsDirectory, _directory["repository/src/app"]).ShouldBe(_directory["repository/out/runs"]);
        settings.CacheDirectory(_directory["repository/src/app"], _environment).ShouldBe(_directory["repository/src/app/cache"]);
    }

    [Fact]
    public async Task Digests_are_remembered_in_the_users_cache_when_nobody_says_where()
    {
        var settings = await ResolveAsync();

        settings.CacheDirectory("/", _environment).ShouldBe(_directory["home/.cache/clustrix/client"]);
        _environment["XDG_CACHE_HOME"] = "/var/cache/me";
        settings.CacheDirectory("/", _environment).ShouldBe("/var/cache/me/clustrix/client");
    }

    private void Write(SettingLayer layer, string workers)
    {
        var json = $$"""{ "workers": {{workers}} }""";
        switch (layer)
        {
            case SettingLayer.Argument:
                _arguments.Add(new SettingValue(SettingsSchema.Workers, [workers], new SettingOrigin(layer, "ClustrixWorkers")));
                break;
            case SettingLayer.Environment:
                _environment["CLUSTRIX_WORKERS"] = workers;
                break;
            case SettingLayer.ProjectFile:
                _directory.Write("repository/src/app/clustrix.json", json);
                break;
            case SettingLayer.RepositoryFile:
                _directory.Write("repository/clustrix.json", json);
                break;
            case SettingLayer.UserFile:
                _directory.Write("home/.config/clustrix/clustrix.json", json);
                break;
        }
    }

    private async Task<ResolvedSettings> ResolveAsync() =>
        ResolvedSettings.Resolve(_arguments, _environment, await ConfigurationFiles.ReadAsync(_directory["repository/src/app"], _environment, CancellationToken.None));

    private async Task<IReadOnlyList<Problem>> FailAsync() => (await Should.ThrowAsync<ClustrixException>(ResolveAsync)).Problems;

    private sealed class Silence : ILog
    {
        public void Say(string message)
        {
        }

        public void Detail(string message)
        {
        }

        public void Warn(Problem problem)
        {
        }
    }
}
