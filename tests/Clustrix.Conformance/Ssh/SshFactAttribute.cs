using Clustrix.Testing.Ssh;

namespace Clustrix.Conformance.Ssh;

/// <summary>A test against real SSH hosts; skipped by name where none can be made. In CI a skip is a failure.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SshFactAttribute : FactAttribute
{
    public SshFactAttribute()
    {
        Skip = SshHosts.Missing;
    }
}
