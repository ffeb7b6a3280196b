namespace Clustrix.Schedulers;

/// <summary>The jobs of a run as its store knows them.</summary>
/// <param name="Directory">The run's directory below the store's root.</param>
/// <param name="Ids">The jobs' ids, by the arrays' names.</param>
/// <param name="Begun">The names of the arrays of which some worker was started.</param>
internal sealed record NotedJobs(string Directory, IReadOnlyDictionary<string, string> Ids, IReadOnlySet<string> Begun);
