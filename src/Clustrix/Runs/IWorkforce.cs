namespace Clustrix.Runs;

/// <summary>Who works on a run at one store, and how they are put to it.</summary>
internal interface IWorkforce
{
    /// <summary>Whose journals tell of the work: a member's, or <c>*</c> for all.</summary>
    string Members { get; }

    /// <summary>Has workers start where too few are at work or about to be.</summary>
    /// <exception cref="Diagnostics.ClustrixException">They can't be started.</exception>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>What the run does.</summary>
    /// <param name="told">What the store tells of it.</param>
    /// <param name="isFollowed">Whether workers that are gone are to be replaced: not for who only looks, and not when the run is cancelled.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="Diagnostics.ClustrixException">The work can't go on.</exception>
    Task<RunState> LookAsync(RunState told, bool isFollowed, CancellationToken cancellationToken);
}
