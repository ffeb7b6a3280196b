using System.Globalization;
using Clustrix.Configuration;
using Clustrix.Diagnostics;

namespace Clustrix.Hosts;

/// <summary>Where an SSH host is, as the user's ssh takes it.</summary>
/// <param name="Destination">The argument for ssh: <c>NAME</c>, <c>USER@NAME</c> or <c>ssh://USER@NAME:PORT</c>. NAME may be one of ssh's configuration.</param>
public sealed record SshAddress(string Destination)
{
    private const string Scheme = "ssh://";

    /// <summary>The address without the scheme, for messages.</summary>
    public string Name => Destination.StartsWith(Scheme, StringComparison.Ordinal) ? Destination[Scheme.Length..] : Destination;

    /// <summary>The shortest form that ssh takes: a port, or brackets, only behind the scheme.</summary>
    internal string ByHand => Name.Contains(':', StringComparison.Ordinal) ? Destination : Name;

    /// <summary>What <c>known_hosts</c> calls the host, as a word of shell, unless ssh's configuration gives it another name.</summary>
    internal string KnownAs
    {
        get
        {
            var host = Name[(Name.LastIndexOf('@') + 1)..];
            var port = Name == Destination ? null : Port(host);
            var name = (port is null ? host : host[..^(port.Length + 1)]).Trim('[', ']');
            return port is null or "22" ? name : $"'[{name}]:{port}'";
        }
    }

    /// <summary>Reads an address.</summary>
    /// <param name="text">What somebody wrote.</param>
    /// <param name="origin">Where it was written.</param>
    /// <exception cref="ClustrixException">It can't be one (<see cref="ErrorCode.BadHostAddress"/>).</exception>
    public static SshAddress Parse(string text, SettingOrigin origin)
    {
        var name = text.StartsWith(Scheme, StringComparison.Ordinal) ? text[Scheme.Length..].TrimEnd('/') : text;
        var fault = Fault(text, name);
        return fault is null
            ? new SshAddress(text.StartsWith(Scheme, StringComparison.Ordinal) ? Scheme + name : name)
            : throw new ClustrixException([new Problem(
                ErrorCode.BadHostAddress,
                $"'{text}' can't be the address of a host: {fault}. Write a name, user@name or ssh://user@name:port. (From {origin}.)",
                origin.File,
                origin.Line,
                origin.Column)]);
    }

    // What stands behind the last colon, unless that is one of an address in brackets.
    private static string? Port(string name) => name.LastIndexOf(':') is >= 0 and var colon && colon > name.LastIndexOf(']') ? name[(colon + 1)..] : null;

    private static string? Fault(string text, string name)
    {
        if (name.Length == 0)
        {
            return "it has no name";
        }

        // ssh would take it for an option.
        if (name.StartsWith('-') || name.Contains("@-", StringComparison.Ordinal))
        {
            return "a name doesn't begin with '-'";
        }

        if (name.Contains(';', StringComparison.Ordinal) || name.Contains(',', StringComparison.Ordinal))
        {
            return "several hosts are written one by one, --hosts ONE --hosts TWO on a command line, ONE;TWO in an MSBuild property or a variable";
        }

        if (name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || "'\"\\$`;|&<>(){}*?!,".Contains(c, StringComparison.Ordinal)))
        {
            return "it holds a character that no name has";
        }

        if (name.Contains("://", StringComparison.Ordinal))
        {
            return "only ssh:// is known";
        }

        if (name.Contains('/', StringComparison.Ordinal))
        {
            return "it names a path (the store's place is the setting StoreRoot)";
        }

        if (text != name && Port(name) is { } port && (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535))
        {
            return $"'{port}' is no port: a number from 1 to 65535";
        }

        var colons = name[(name.LastIndexOf(']') + 1)..].Count(c => c == ':');
        return text == name && colons == 1 ? "a port needs the scheme ssh:// in front" : null;
    }
}
