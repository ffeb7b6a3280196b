using System.Text.Json;

namespace Clustrix.Cli.Projects;

/// <summary>What came of building a target.</summary>
/// <param name="Code">The worst exit code of the builds.</param>
/// <param name="Answers">What the tasks say that they did, one document for each, in their order.</param>
/// <param name="Problems">The errors of the builds.</param>
internal sealed record BuildOutcome(ExitCode Code, IReadOnlyList<JsonElement> Answers, IReadOnlyList<ToldProblem> Problems);
