using Clustrix.Diagnostics;

namespace Clustrix.Hosts;

/// <summary>What OpenSSH's client says when it can't connect, and what that means.</summary>
internal static class SshFailure
{
    /// <summary>Under which the exception's data have what ssh said.</summary>
    public const string Cause = "cause";

    /// <summary>Under which the exception's data have what to do about it.</summary>
    public const string Remedy = "remedy";

    // What a client says of a server that ends a connection before anybody has logged in. One that has too many logging in at once does
    // so by chance (MaxStartups), and takes the next try.
    private static readonly string[] TurnedAway = ["kex_exchange_identification:", "Connection closed by", "Connection reset by"];

    /// <summary>What the line begins with that tells which key a host has shown, when it isn't the one that is wanted.</summary>
    public const string ShownKey = "clustrix-host-key ";

    /// <summary>Whether a server that is there has let nobody in.</summary>
    public static bool IsTurnedAway(string lastWords) =>
        lastWords.Split('\n').Any(line => TurnedAway.Any(sign => line.StartsWith(sign, StringComparison.Ordinal)));

    public static ClustrixException Explain(SshHost host, string lastWords, SshOptions options)
    {
        if (options.WantedKey is { } wanted && ShownIn(lastWords) is { } shown)
        {
            return Failure(
                ErrorCode.HostKeyRejected,
                host.Name,
                $"the host shows the key {shown}, and HostKeyPolicy asks for {wanted}.",
                $"Find out which is right: 'ssh-keygen -lf' on the host shows the fingerprints of its keys (/etc/ssh/ssh_host_*_key.pub). Set HostKeyPolicy to the one that it shows here if it is the host's own; otherwise somebody may be listening.");
        }

        if (lastWords.Contains("IDENTIFICATION HAS CHANGED", StringComparison.Ordinal))
        {
            return Changed(host, lastWords.Split('\n', StringSplitOptions.TrimEntries));
        }

        var words = Joined(lastWords);
        foreach (var (code, remedy, signs) in Kinds(host, options.ConnectTimeout))
        {
            if (signs.Any(sign => lastWords.Contains(sign, StringComparison.OrdinalIgnoreCase)))
            {
                return Failure(code, host.Name, words, remedy);
            }
        }

        return Failure(
            ErrorCode.HostUnreachable,
            host.Name,
            $"ssh ended before a shell had answered{(words.Length > 0 ? $": {words}" : ".")}",
            $"Run '{host.ByHand()} true' by hand and mend what it says; the user's login shell there must be one that takes commands.");
    }

    // Of a page of ssh's words the ones that count: the key, where the old one stands, and on Debian the command that takes it out.
    private static ClustrixException Changed(SshHost host, string[] lines)
    {
        var shown = lines.FirstOrDefault(line => line.StartsWith("SHA256:", StringComparison.Ordinal))?.TrimEnd('.');
        var known = lines.FirstOrDefault(line => line.StartsWith("Offending ", StringComparison.Ordinal)) is { } offending && offending.IndexOf(" in ", StringComparison.Ordinal) is > 0 and var at
            ? offending[(at + " in ".Length)..]
            : "known_hosts";
        var remove = lines.FirstOrDefault(line => line.StartsWith("ssh-keygen ", StringComparison.Ordinal))
            ?? $"ssh-keygen {(known.LastIndexOf(':') is > 0 and var colon ? $"-f \"{known[..colon]}\" " : "")}-R {host.KnownAs}";
        return Failure(
            ErrorCode.HostKeyRejected,
            host.Name,
            $"the host shows another key{(shown is null ? "" : $" ({shown})")} than the known one in {known}.",
            $"Find out why: if it was installed anew, remove the old key with '{remove}' and take the new one in; otherwise somebody may be listening.");
    }

    // SHA256:… TYPE
    private static string? ShownIn(string lastWords) =>
        lastWords.Split('\n', StringSplitOptions.TrimEntries).LastOrDefault(line => line.StartsWith(ShownKey, StringComparison.Ordinal))?[ShownKey.Length..].Split(' ') is [var key, var type] ? $"{key} ({type})" : null;

    // Cause and remedy are kept apart for whoever tells them apart.
    private static ClustrixException Failure(ErrorCode code, string host, string cause, string remedy) =>
        new(code, $"{host}: {cause} {remedy}") { Data = { [Cause] = cause.TrimEnd('.'), [Remedy] = remedy } };

    private static (ErrorCode Code, string Remedy, string[] Signs)[] Kinds(SshHost host, TimeSpan connectTimeout) =>
    [
        (ErrorCode.HostKeyRejected,
            $"Connect once by hand ('{host.ByHand()}') and check the key, put it into known_hosts (ssh-keyscan), or set HostKeyPolicy to accept-new or to the key's fingerprint SHA256:….",
            ["Host key verification failed", "host key is known"]),
        (ErrorCode.HostAccessDenied,
            "Nobody but you may read the key file: run 'chmod 600' on it.",
            ["UNPROTECTED PRIVATE KEY", "bad permissions"]),
        (ErrorCode.HostAccessDenied,
            $"Check user and key: '{host.ByHand("-o BatchMode=yes")} true' must work without a question; in CI, load the key into an ssh-agent.",
            ["Permission denied", "Too many authentication failures", "account is locked", "not allowed"]),
        (ErrorCode.HostUnreachable,
            "Check the spelling, the DNS, and your ssh configuration.",
            ["Could not resolve", "Name or service not known", "Temporary failure in name resolution"]),
        (ErrorCode.HostUnreachable,
            "Check that sshd runs there and which port it listens on.",
            ["Connection refused"]),
        (ErrorCode.HostUnreachable,
            $"Check that the host is up and that no firewall is in between; ConnectTimeout is {connectTimeout.TotalSeconds:0} s.",
            ["timed out", "No route to host", "Network is unreachable"]),
        (ErrorCode.HostUnreachable,
            "The server ended the connection before a shell was there: look at its log, and at MaxStartups and MaxSessions in sshd_config.",
            ["kex_exchange_identification", "Connection closed", "Connection reset", "Broken pipe", "Session open refused", "UNKNOWN port"]),
        (ErrorCode.HostUnreachable,
            "Check the file that SshConfig names, or ~/.ssh/config.",
            ["Can't open user config file", "Bad configuration option", "Bad owner or permissions on"]),
    ];

    // A warning in a frame of @ signs is several lines of noise; the last three that say something are enough.
    private static string Joined(string lastWords) =>
        string.Join(' ', lastWords.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('@'))
            .TakeLast(3)
            .Select(line => line.EndsWith('.') ? line : line + "."));
}
