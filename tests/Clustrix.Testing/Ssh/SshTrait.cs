using System.Runtime.InteropServices;

namespace Clustrix.Testing.Ssh;

/// <summary>In what a host differs from an ordinary one, which has this machine's programs, no .NET, and a home of its own.</summary>
/// <param name="Text">The trait as <c>eng/sshd/boot.sh</c> reads it.</param>
public sealed record SshTrait(string Text)
{
    /// <summary>The .NET installation that runs the tests.</summary>
    public static SshTrait Dotnet { get; } = new($"dotnet={Path.GetFullPath("../../..", RuntimeEnvironment.GetRuntimeDirectory())}");

    /// <summary>No programs but those of busybox.</summary>
    public static SshTrait Busybox { get; } = new("busybox");

    /// <summary>One session on a connection, as some administrators allow.</summary>
    public static SshTrait SingleSession { get; } = ServerSetting("MaxSessions 1");

    /// <summary>A login banner, and a profile that writes to both streams.</summary>
    public static SshTrait Noisy { get; } = new("noisy");

    /// <summary>The set's shared directory as <c>/shared</c>.</summary>
    public static SshTrait Shared { get; } = new("shared");

    /// <summary>A home that all hosts with this trait have in common, of this size in bytes.</summary>
    public static SshTrait CommonHome(long bytes = 2L << 30) => new($"common-home={bytes}");

    /// <summary>A directory of this machine, under the same path.</summary>
    public static SshTrait Mount(string path) => new($"mount={path}");

    /// <summary>No tool that makes a SHA-256.</summary>
    public static SshTrait WithoutSha256 { get; } = Without("sha256sum", "shasum", "openssl", "busybox");

    /// <summary><c>date</c> is so much ahead; the kernel, and with it the times of files, is not.</summary>
    public static SshTrait Clock(TimeSpan ahead) => new($"clock={ahead.TotalSeconds:0}");

    /// <summary>Some programs are missing.</summary>
    public static SshTrait Without(params string[] programs) => new($"missing={string.Join(',', programs)}");

    /// <summary>A home on a disk of this size, in bytes.</summary>
    public static SshTrait Disk(long bytes) => new($"disk={bytes}");

    /// <summary>A home on a disk that has room for so many files.</summary>
    public static SshTrait Inodes(int count) => new($"inodes={count}");

    /// <summary>A directory of the user's on a read-only file system.</summary>
    public static SshTrait ReadOnly(string path) => new($"readonly={path}");

    /// <summary>Another login shell than <c>/bin/sh</c>.</summary>
    public static SshTrait Shell(string path) => new($"shell={path}");

    /// <summary>A line of <c>sshd_config</c>.</summary>
    public static SshTrait ServerSetting(string line) => new($"sshd={line}");
}
