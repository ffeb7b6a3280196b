using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Hosts;
using Clustrix.Preflight;
using Clustrix.Runtimes;
using Clustrix.Schedulers;
using Clustrix.Stores;
using Clustrix.Workloads;

namespace Clustrix.Runs;

/// <summary>The side of a run that asks for it: reads the settings, packs what lies on this machine, finds the cluster.</summary>
/// <param name="directory">The project's or the working directory, absolute: relative paths start here, and so does the search for <c>clustrix.json</c>.</param>
/// <param name="environment">The environment variables.</param>
/// <param name="log">Gets what is worth telling.</param>
/// <param name="time">The clock.</param>
public sealed class Client(string directory, IReadOnlyDictionary<string, string> environment, ILog log, TimeProvider time)
{
    // A few processes of the host's; on a loaded one they take their time.
    private static readonly TimeSpan PreflightLimit = TimeSpan.FromSeconds(60);

    /// <summary>Puts all layers of settings together.</summary>
    /// <param name="arguments">Properties, options, or what an alias's settings hold.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="ClustrixException">Everything that is wrong in the files, or else in the other layers.</exception>
    public async Task<ResolvedSettings> ReadSettingsAsync(IEnumerable<SettingValue> arguments, CancellationToken cancellationToken) =>
        ResolvedSettings.Resolve(arguments, environment, await ConfigurationFiles.ReadAsync(directory, environment, cancellationToken).ConfigureAwait(false));

    /// <summary>Connects to the cluster that the settings name.</summary>
    /// <exception cref="ClustrixException">Its host or its store can't be used.</exception>
    public Task<Cluster> ConnectAsync(ResolvedSettings settings, CancellationToken cancellationToken) =>
        ConnectAsync(settings, PushedOf(settings), cancellationToken);

    /// <summary>As above, with what is remembered of earlier pushes in the caller's hand.</summary>
    internal Task<Cluster> ConnectAsync(ResolvedSettings settings, PushedPayloads pushed, CancellationToken cancellationToken) =>
        Cluster.ConnectAsync(HostsOf(settings), OptionsOf(settings) with { Pushed = pushed }, log, time, cancellationToken);

    /// <summary>Connects to those hosts of the cluster that can be used, however few: for what neither begins work nor goes on with it.</summary>
    /// <exception cref="ClustrixException">None of its hosts, or none of their stores, can be used.</exception>
    public Task<Cluster> ReachAsync(ResolvedSettings settings, CancellationToken cancellationToken) => ReachAsync(settings, isVisit: false, cancellationToken);

    /// <summary>As above.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="isVisit">Whether nothing is to be changed: where there is no store, none is made.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Cluster> ReachAsync(ResolvedSettings settings, bool isVisit, CancellationToken cancellationToken) =>
        Cluster.ConnectAsync(HostsOf(settings), OptionsOf(settings) with { MinHosts = 1, IsVisit = isVisit }, log, time, cancellationToken);

    /// <summary>Connects to the cluster for looks and plans: where there is no store, none is made.</summary>
    /// <exception cref="ClustrixException">Its host or its store can't be used.</exception>
    public Task<Cluster> VisitAsync(ResolvedSettings settings, CancellationToken cancellationToken) =>
        Cluster.ConnectAsync(HostsOf(settings), OptionsOf(settings) with { IsVisit = true }, log, time, cancellationToken);

    /// <summary>Begins to connect to the cluster that the settings name, while the payload is packed. Nothing but the question who is there is sent.</summary>
    /// <param name="settings">The settings, checked already: what is wrong with the cluster's is told when the cluster is asked for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ClusterConnection BeginConnecting(ResolvedSettings settings, CancellationToken cancellationToken) =>
        BeginConnecting(settings, isVisit: false, cancellationToken);

    /// <summary>As above.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="isVisit">Whether only plans are made, and nothing is changed there.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ClusterConnection BeginConnecting(ResolvedSettings settings, bool isVisit, CancellationToken cancellationToken) =>
        new(this, settings, isVisit, cancellationToken);

    /// <summary>Looks at every host of the cluster that the settings name, and writes <c>preflight.json</c> into the artifacts directory. Nothing is sent.</summary>
    /// <returns>What was found, also where no host can be used; see <see cref="PreflightReport.Check"/>.</returns>
    /// <exception cref="ClustrixException">An address or the store's root can't be one, or the file can't be written.</exception>
    public async Task<PreflightReport> PreflightAsync(ResolvedSettings settings, CancellationToken cancellationToken)
    {
        var hosts = HostsOf(settings);
        var options = OptionsOf(settings);
        options.Check(hosts[0]);
        var started = time.GetUtcNow();
        var found = await new ClusterPreflight(options.StoreRoot, settings.Duration(SettingsSchema.ConnectTimeout) + PreflightLimit, options.Batch, time)
            .LookAsync(hosts, cancellationToken).ConfigureAwait(false);
        found = StoreComparison.Compare(found, options.SharedStore);
        var report = new PreflightReport(settings.ClusterName, options.MinHosts, started, found);
        await PreflightDocument.WriteAsync(report, ArtifactsDirectory(settings), cancellationToken).ConfigureAwait(false);
        return report;
    }

    /// <summary>
    /// Makes a payload, with the digests that this machine remembers of files that haven't changed. What runs have brought back is left out of directories:
    /// otherwise each run would make the next one's payload another.
    /// </summary>
    /// <exception cref="ClustrixException">Everything that can't go into the payload; see <see cref="PayloadBuilder.BuildAsync"/>.</exception>
    public async Task<Payload> PackAsync(IReadOnlyList<PayloadSource> sources, ResolvedSettings settings, CancellationToken cancellationToken)
    {
        var (payload, saving) = await BeginPackingAsync(sources, settings, cancellationToken).ConfigureAwait(false);
        await saving.ConfigureAwait(false);
        return payload;
    }

    /// <summary>As above; the digests are still being written down when the payload is there.</summary>
    internal async Task<(Payload Payload, Task Saving)> BeginPackingAsync(
        IReadOnlyList<PayloadSource> sources, ResolvedSettings settings, CancellationToken cancellationToken)
    {
        var cache = await DigestCache.LoadAsync(Path.Combine(CacheDirectory(settings), "digests"), time, cancellationToken).ConfigureAwait(false);
        var artifacts = ArtifactsDirectory(settings);
        var payload = await new PayloadBuilder(cache, time) { IsLeftOut = path => IsResult(path, artifacts) }.BuildAsync(sources, cancellationToken).ConfigureAwait(false);
        return (payload, Task.Run(() => cache.SaveAsync(log, cancellationToken), cancellationToken));
    }

    // A run's directory, or what a preflight has left.
    private static bool IsResult(ReadOnlySpan<char> path, string artifacts)
    {
        var name = Path.GetFileName(path);
        return (RunId.IsOne(name) || name is PreflightDocument.FileName) && Path.GetDirectoryName(path).SequenceEqual(Path.TrimEndingDirectorySeparator(artifacts));
    }

    private ClusterOptions OptionsOf(ResolvedSettings settings) => new()
    {
        StoreRoot = settings.Text(SettingsSchema.StoreRoot),
        SharedStore = settings.Switch(SettingsSchema.SharedStore),
        CopyBetweenHosts = settings.Switch(SettingsSchema.CopyBetweenHosts),
        MinHosts = settings.Count(SettingsSchema.MinHosts),
        HostLossTimeout = settings.Duration(SettingsSchema.HostLossTimeout),
        Retention = Retention.Of(settings),
        ClientName = environment.GetValueOrDefault("USER", "") is { Length: > 0 } user ? $"{user}@{Environment.MachineName}" : Environment.MachineName,
        Batch = BatchOptions.Of(settings),
    };

    private IReadOnlyList<IHost> HostsOf(ResolvedSettings settings)
    {
        var hosts = settings.Find(SettingsSchema.Hosts);
        if (hosts is null)
        {
            return [new LocalHost(environment, BatchOptions.Of(settings) is { } batch ? BatchScheduler.Of(batch).Variables : [])];
        }

        if (hosts.Texts.Count > 1 && settings.Text(SettingsSchema.Scheduler) is var scheduler && scheduler != "pool")
        {
            throw new ClustrixException([new Problem(
                ErrorCode.BadValue, $"Hosts names {hosts.Texts.Count} hosts, and Scheduler is {scheduler}: name the one where jobs are submitted. (From {hosts.Origin}.)", hosts.Origin.File, hosts.Origin.Line, hosts.Origin.Column)]);
        }

        var options = new SshOptions(
            settings.Text(SettingsSchema.SshConfig) is { Length: > 0 } ? settings.Directory(SettingsSchema.SshConfig, directory) : "",
            settings.Text(SettingsSchema.HostKeyPolicy),
            settings.Duration(SettingsSchema.ConnectTimeout));
        var pushed = PushedOf(settings);
        return
        [
            .. AddressesOf(hosts)
                .Select(address => new SshHost(address, options, environment) { ExpectsMuch = !pushed.HasOf(address.Name) }),
        ];
    }

    private static IEnumerable<SshAddress> AddressesOf(SettingValue hosts) => hosts.Texts.Select(text => SshAddress.Parse(text, hosts.Origin)).Distinct();

    /// <summary>What this machine remembers of its pushes to the cluster.</summary>
    internal PushedPayloads PushedOf(ResolvedSettings settings) => PushedPayloads.In(CacheDirectory(settings), settings.Text(SettingsSchema.StoreRoot));

    /// <summary>The names of the cluster's hosts that are reached over a connection; none when that is this machine.</summary>
    internal static IEnumerable<string> NamesOfHosts(ResolvedSettings settings) =>
        settings.Find(SettingsSchema.Hosts) is { } hosts ? AddressesOf(hosts).Select(address => address.Name) : [];

    /// <summary>How a run is made, as the settings say.</summary>
    public RunOptions RunOptionsOf(ResolvedSettings settings) => RunOptions.Of(
        settings, CacheDirectory(settings), new LocalRuntime(environment, (sources, token) => PackAsync(sources, settings, token)));

    /// <summary>Where this machine remembers digests and what it has pushed, absolute.</summary>
    public string CacheDirectory(ResolvedSettings settings) => settings.CacheDirectory(directory, environment);

    /// <summary>Under which directory each run's artifacts lie, absolute.</summary>
    public string ArtifactsDirectory(ResolvedSettings settings) => settings.Directory(SettingsSchema.ArtifactsDirectory, directory);
}
