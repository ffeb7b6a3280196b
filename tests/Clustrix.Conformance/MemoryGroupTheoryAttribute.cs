namespace Clustrix.Conformance;

/// <summary>A theory that needs a memory control group of version 1; skipped by name where there is none or this user may not make one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MemoryGroupTheoryAttribute : TheoryAttribute
{
    public MemoryGroupTheoryAttribute()
    {
        Skip = MemoryGroup.Available ? null : "makes a memory control group of version 1, which only root may do";
    }
}
