using Clustrix.Testing.Ssh;

namespace Clustrix.Conformance.Ssh;

/// <summary>A theory against real SSH hosts; skipped by name where none can be made. In CI a skip is a failure.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SshTheoryAttribute : TheoryAttribute
{
    public SshTheoryAttribute()
    {
        Skip = SshHosts.Missing;
    }
}
