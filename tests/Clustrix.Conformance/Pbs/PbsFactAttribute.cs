using Clustrix.Testing.Pbs;

namespace Clustrix.Conformance.Pbs;

/// <summary>A test against a stand-in for a PBS cluster; skipped by name where none can be made. In CI a skip is a failure.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PbsFactAttribute : FactAttribute
{
    public PbsFactAttribute()
    {
        Skip = PbsCluster.Missing;
    }
}
