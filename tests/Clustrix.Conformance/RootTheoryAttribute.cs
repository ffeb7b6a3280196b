namespace Clustrix.Conformance;

/// <summary>A theory that needs what only root may do; skipped by name for everybody else.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootTheoryAttribute : TheoryAttribute
{
    public RootTheoryAttribute()
    {
        Skip = Environment.IsPrivilegedProcess ? null : RootFactAttribute.Reason;
    }
}
