namespace Clustrix.Conformance;

/// <summary>A test that needs what only root may do; skipped by name for everybody else.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    public const string Reason = "mounts a file system or changes an owner, which only root may do";

    public RootFactAttribute()
    {
        Skip = Environment.IsPrivilegedProcess ? null : Reason;
    }
}
