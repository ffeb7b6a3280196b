using Clustrix.Testing.Ssh;

namespace Clustrix.MSBuild.Tests.Builds;

/// <summary>A test with real SSH hosts; skipped by name where none can be made. In CI a skip is a failure.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SshHostsFactAttribute : FactAttribute
{
    public SshHostsFactAttribute()
    {
        Skip = SshHosts.Missing;
    }
}
