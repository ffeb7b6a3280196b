using Cake.Clustrix.Input;
using Cake.Core;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Runs;

namespace Cake.Clustrix;

/// <summary>One call of an alias: the core's view of the script's surroundings, and the edge where a script waits for the core.</summary>
internal sealed class AliasCall
{
    private readonly ClustrixSettings _settings;

    private AliasCall(ICakeContext context, ClustrixSettings settings)
    {
        _settings = settings;
        Context = context;
        Log = new CakeLog(context.Log);
        Directory = settings.ProjectDirectory is { } directory
            ? directory.MakeAbsolute(context.Environment).FullPath
            : context.Environment.WorkingDirectory.FullPath;
        Environment = new Dictionary<string, string>(context.Environment.GetEnvironmentVariables(), StringComparer.Ordinal);
        Client = new Client(Directory, Environment, Log, TimeProvider.System);
    }

    public ICakeContext Context { get; }

    public CakeLog Log { get; }

    /// <summary>Where relative paths start, absolute.</summary>
    public string Directory { get; }

    public IReadOnlyDictionary<string, string> Environment { get; }

    public Client Client { get; }

    /// <summary>Runs an alias to its end.</summary>
    /// <exception cref="CakeException">It failed; the exit code says how.</exception>
    public static TResult Run<TSettings, TResult>(
        ICakeContext context, TSettings settings, Func<AliasCall, TSettings, CancellationToken, Task<TResult>> work)
        where TSettings : ClustrixSettings
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(settings);
        using var interruption = new Interruption();
        try
        {
            if (new MissingValues().In(settings) is { Count: > 0 } missing)
            {
                throw new ClustrixException(missing);
            }

            // Cake calls aliases synchronously: this is the one place where a thread waits for the core.
            return Task.Run(() => work(new AliasCall(context, settings), settings, interruption.Token)).GetAwaiter().GetResult();
        }
        catch (ClustrixException exception)
        {
            throw Failure.Of(exception);
        }
        catch (OperationCanceledException exception) when (interruption.Token.IsCancellationRequested)
        {
            throw Failure.Cancelled(settings, exception);
        }
    }

    /// <summary>Puts all layers of settings together.</summary>
    public Task<ResolvedSettings> ReadSettingsAsync(CancellationToken cancellationToken) =>
        Client.ReadSettingsAsync(AliasArguments.Read(_settings, Context.Environment), cancellationToken);

    /// <summary>Does something on the cluster that the settings name, with those of its hosts that can be used.</summary>
    public Task<T> OnClusterAsync<T>(ResolvedSettings settings, Func<Cluster, Task<T>> work, CancellationToken cancellationToken) =>
        OnClusterAsync(settings, isVisit: false, work, cancellationToken);

    /// <summary>As above.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="isVisit">Whether nothing is to be changed: where there is no store, none is made.</param>
    /// <param name="work">What to do.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<T> OnClusterAsync<T>(ResolvedSettings settings, bool isVisit, Func<Cluster, Task<T>> work, CancellationToken cancellationToken)
    {
        var cluster = await Client.ReachAsync(settings, isVisit, cancellationToken).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            return await work(cluster).ConfigureAwait(false);
        }
    }
}
