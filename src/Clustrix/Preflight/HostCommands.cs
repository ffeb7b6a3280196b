using Clustrix.Hosts;
using Clustrix.Node;

namespace Clustrix.Preflight;

/// <summary>Writes down commands that mend a host, as they are typed on this machine.</summary>
/// <param name="host">The host.</param>
internal sealed class HostCommands(IHost host)
{
    /// <summary>A command that runs on the host.</summary>
    public string There(string command) => host is SshHost ssh ? $"{ssh.ByHand("-t")} {ShellText.Quote(command)}" : command;
}
