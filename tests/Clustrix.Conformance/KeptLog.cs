using System.Collections.Concurrent;
using Clustrix.Diagnostics;

namespace Clustrix.Conformance;

/// <summary>A log that a test can read.</summary>
public sealed class KeptLog : ILog
{
    private readonly ConcurrentQueue<Problem> _warnings = new();
    private readonly ConcurrentQueue<string> _details = new();
    private readonly ConcurrentQueue<string> _said = new();

    public IReadOnlyCollection<string> Said => _said;

    public IReadOnlyCollection<Problem> Warnings => _warnings;

    public IReadOnlyCollection<string> Details => _details;

    public void Say(string message) => _said.Enqueue(message);

    public void Detail(string message) => _details.Enqueue(message);

    public void Warn(Problem problem) => _warnings.Enqueue(problem);
}
