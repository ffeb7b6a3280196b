using Clustrix.Chaos.Rounds;
using Clustrix.Chaos.Wire;

namespace Clustrix.Chaos.Points;

/// <summary>Where in a run something goes wrong.</summary>
internal abstract record Point
{
    /// <summary>As it stands behind "when" in a sentence.</summary>
    public abstract string Name { get; }

    /// <summary>Items that have to end before the point is reached; the others wait until it is over.</summary>
    public virtual int Free => 0;

    /// <summary>Whether workers are certain to be at work there.</summary>
    public virtual bool HasWorkers => false;

    /// <summary>Another point of the same kind.</summary>
    public virtual Point Vary(Random random) => this;

    /// <summary>Has a client stand still there, if it can.</summary>
    public virtual void Set(Wiretap tap)
    {
    }

    /// <summary>Whether the run is there.</summary>
    public abstract Task<bool> IsReachedAsync(Scene scene);

    /// <summary>Whether the run is certain to be past it.</summary>
    public virtual Task<bool> IsMissedAsync(Scene scene) => Task.FromResult(false);

    public sealed override string ToString() => Name;
}
