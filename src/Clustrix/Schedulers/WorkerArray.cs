namespace Clustrix.Schedulers;

/// <summary>An array of workers as it is submitted: all for one class of items of one run.</summary>
/// <param name="Name">The job's name: the run's id, the class and a number.</param>
/// <param name="Run">The run's id.</param>
/// <param name="Class">What each worker has to have room for.</param>
/// <param name="Workers">How many.</param>
/// <param name="StoreRoot">The store's root, absolute, as the compute nodes see it.</param>
/// <param name="StoreToken">What tells the store from all others.</param>
/// <param name="Directory">The run's directory below the root.</param>
/// <param name="Lifetime">How long one worker may run; zero when nobody says.</param>
internal sealed record WorkerArray(
    string Name, string Run, ResourceClass Class, int Workers, string StoreRoot, string StoreToken, string Directory, TimeSpan Lifetime)
{
    /// <summary>The exit code of a worker that doesn't see the store.</summary>
    public const int StoreUnseen = 98;

    /// <summary>The exit code of a worker whom the scheduler was told to end, where it says so in time.</summary>
    public const int Cancelled = 97;

    /// <summary>The log of each worker, with the scheduler's own words for the job's name and the worker's number.</summary>
    public string LogOf(string name, string number) => LogOf(StoreRoot, Directory, name, number);

    /// <summary>The log of a worker of a run.</summary>
    /// <param name="root">The store's root.</param>
    /// <param name="directory">The run's directory below it.</param>
    /// <param name="name">The array's name.</param>
    /// <param name="number">The worker's number in it.</param>
    public static string LogOf(string root, string directory, string name, string number) => $"{root}/{directory}/jobs/{name}.{number}.log";
}
