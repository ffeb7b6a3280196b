using Clustrix.Runs;

namespace Clustrix.Conformance;

/// <summary>Hears of a run's progress, each time before the run is looked at again.</summary>
internal sealed class Heard(Action<RunProgress> hear) : IProgress<RunProgress>
{
    public void Report(RunProgress value) => hear(value);
}
