namespace Clustrix.Runs;

/// <summary>
/// Who works on a run at one store, and how they are put to it. What takes its time and isn't the store's own goes on beside whoever reads
/// results: <see cref="Proceed"/> begins it, and <see cref="HearAsync"/> takes in what came of it. Disposing ends what is under way.
/// </summary>
internal interface IWorkforce : IAsyncDisposable
{
    /// <summary>Whose journals tell of the work: a member's, or <c>*</c> for all.</summary>
    string Members { get; }

    /// <summary>How long it may take until workers that were started begin something.</summary>
    TimeSpan LongestStart { get; }

    /// <summary>Has workers start where too few are at work or about to be.</summary>
    /// <exception cref="Diagnostics.ClustrixException">They can't be started.</exception>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Takes in what has been found out about workers by now. To be called before the store is read: what is done about it rests on what the store tells later.</summary>
    /// <exception cref="Diagnostics.ClustrixException">The work can't go on, or nobody can see to it.</exception>
    Task HearAsync();

    /// <summary>What the run does.</summary>
    /// <param name="told">What the store tells of it.</param>
    RunState StateOf(RunState told);

    /// <summary>Begins what is due, unless something is under way.</summary>
    /// <param name="isFollowed">Whether workers that are gone are to be replaced: not for who only looks, and not when the run is cancelled.</param>
    void Proceed(bool isFollowed);

    /// <summary>Sees to it, for a run that is over, that nobody is left who would never find that out by himself.</summary>
    Task DismissAsync(CancellationToken cancellationToken);
}
