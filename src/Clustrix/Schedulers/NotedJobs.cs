namespace Clustrix.Schedulers;

/// <summary>The jobs of a run as its store knows them.</summary>
/// <param name="Directory">The run's directory below the store's root.</param>
/// <param name="Ids">The jobs' ids, by the arrays' names.</param>
/// <param name="Begun">The numbers of the workers that were ever started, by the arrays' names.</param>
internal sealed record NotedJobs(string Directory, IReadOnlyDictionary<string, string> Ids, IReadOnlyDictionary<string, IReadOnlyList<int>> Begun);
