using Clustrix.Node;

namespace Clustrix.Hosts;

/// <summary>How SSH hosts are connected to, beyond what the user's own configuration of ssh says.</summary>
/// <param name="ConfigFile">The configuration file that ssh reads, absolute; empty for its own.</param>
/// <param name="HostKeyPolicy"><c>strict</c>: the key must be known; <c>accept-new</c>: or the host; <c>SHA256:…</c>: it must be the one with this fingerprint.</param>
/// <param name="ConnectTimeout">How long a host may take to accept a connection.</param>
public sealed record SshOptions(string ConfigFile, string HostKeyPolicy, TimeSpan ConnectTimeout)
{
    // A connection whose other end is silent for a minute is gone: a sleeping machine, a cut cable, a forgetful router.
    private const string KeepAliveSeconds = "15";
    private const string KeepAliveTries = "4";

    private const string Fingerprint = "SHA256:";

    /// <summary>The fingerprint that the policy asks for; null when it asks for none.</summary>
    internal string? WantedKey => HostKeyPolicy.StartsWith(Fingerprint, StringComparison.Ordinal) ? HostKeyPolicy : null;

    /// <summary>What somebody types behind <c>ssh</c> to have the same configuration; empty for ssh's own.</summary>
    internal string ConfigByHand => ConfigFile.Length == 0 ? "" : ShellText.IsPlain(ConfigFile) ? $"-F {ConfigFile}" : $"-F \"{ConfigFile}\"";

    /// <summary>The arguments for ssh in front of the address.</summary>
    internal IEnumerable<string> Arguments()
    {
        if (ConfigFile.Length > 0)
        {
            yield return "-F";
            yield return ConfigFile;
        }

        yield return "-T";
        foreach (var option in Options())
        {
            yield return "-o";
            yield return option;
        }
    }

    // Nobody is there to answer a question, and a password has no place on any command line.
    private IEnumerable<string> Options() =>
    [
        "BatchMode=yes",
        "ClearAllForwardings=yes",
        $"ConnectTimeout={Math.Max(1, (int)Math.Ceiling(ConnectTimeout.TotalSeconds))}",
        $"ServerAliveInterval={KeepAliveSeconds}",
        $"ServerAliveCountMax={KeepAliveTries}",
        .. HostKeyOptions(),
    ];

    private IEnumerable<string> HostKeyOptions() =>
        WantedKey is not null
            ?
            [
                "StrictHostKeyChecking=yes",
                "UserKnownHostsFile=/dev/null",
                "GlobalKnownHostsFile=/dev/null",
                "UpdateHostKeys=no",

                // ssh asks this command for known keys, and tells it the one that it was shown and its fingerprint; before it was shown one, it
                // asks with an empty key. What isn't the right one is said, because ssh doesn't.
                $"KnownHostsCommand=/bin/sh -c \"if test \\\"$0\\\" = {HostKeyPolicy}; then echo \\\"$1\\\" \\\"$2\\\" \\\"$3\\\"; elif test \\\"$4\\\" = ADDRESS || test \\\"$4\\\" = HOSTNAME; then echo \\\"{SshFailure.ShownKey}$0 $2\\\" >&2; fi\" %f %H %t %K %I",
            ]
            : [$"StrictHostKeyChecking={(HostKeyPolicy == "accept-new" ? HostKeyPolicy : "yes")}"];
}
