namespace Clustrix.Chaos.Grounds;

/// <summary>The grounds of many rounds, each made when it is first needed.</summary>
public sealed class AllGrounds : IAsyncDisposable, IAsyncLifetime
{
    private readonly Dictionary<ClusterKind, Ground> _grounds = [];

    /// <summary>The ground of a kind. Not for use by several at once.</summary>
    internal async Task<Ground> OfAsync(ClusterKind kind)
    {
        if (!_grounds.TryGetValue(kind, out var ground))
        {
            _grounds[kind] = ground = kind switch
            {
                ClusterKind.Local => new LocalGround(),
                ClusterKind.Ssh => await SshGround.StartAsync(),
                ClusterKind.Slurm => await SlurmGround.StartAsync(),
                _ => await GridEngineGround.StartAsync(),
            };
        }

        return ground;
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var ground in _grounds.Values)
        {
            await ground.DisposeAsync();
        }

        _grounds.Clear();
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();
}
