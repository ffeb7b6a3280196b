using Clustrix.Testing.GridEngine;

namespace Clustrix.Conformance.GridEngine;

/// <summary>A test against a real Grid Engine cluster; skipped by name where none can be made. In CI a skip is a failure.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GridEngineFactAttribute : FactAttribute
{
    public GridEngineFactAttribute()
    {
        Skip = GridEngineCluster.Missing;
    }
}
