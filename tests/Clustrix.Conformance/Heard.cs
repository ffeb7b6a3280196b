using Clustrix.Runs;

namespace Clustrix.Conformance;

/// <summary>Progress that a test hears of, at once and in order.</summary>
internal sealed class Heard(Action<RunProgress> hear) : IProgress<RunProgress>
{
    public void Report(RunProgress value) => hear(value);
}
