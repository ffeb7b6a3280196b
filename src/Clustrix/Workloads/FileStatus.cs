using System.Runtime.InteropServices;

namespace Clustrix.Workloads;

/// <summary>What the file system knows about one path without opening it. A symbolic link is described itself, not what it points at.</summary>
/// <param name="Device">The device that the file is on; 0 where the platform doesn't tell.</param>
/// <param name="Inode">The file's number on its device; 0 where the platform doesn't tell.</param>
/// <param name="Size">Bytes of a regular file, or of a link's target.</param>
/// <param name="ModifiedNanoseconds">When the content was last written, in nanoseconds since 1970-01-01 UTC.</param>
/// <param name="ChangedNanoseconds">When content, mode, owner or name count last changed, in nanoseconds since 1970-01-01 UTC; no program can set it back. 0 where the platform doesn't tell.</param>
/// <param name="Mode">Kind and permission bits, as <c>stat(2)</c> gives them.</param>
/// <param name="Owner">The user id of the owner; 0 where the platform doesn't tell.</param>
public readonly partial record struct FileStatus(
    ulong Device,
    ulong Inode,
    long Size,
    long ModifiedNanoseconds,
    long ChangedNanoseconds,
    int Mode,
    uint Owner)
{
    private const int KindMask = 0xF000;
    private const int KindOfFile = 0x8000;
    private const int KindOfDirectory = 0x4000;
    private const int KindOfSymbolicLink = 0xA000;
    private const int NoSuchEntry = 2;
    private const int NotADirectory = 20;

    private static readonly bool HasStatx = ProbeStatx();

    /// <summary>Whether the path is a regular file.</summary>
    public bool IsFile => (Mode & KindMask) == KindOfFile;

    /// <summary>Whether the path is a directory.</summary>
    public bool IsDirectory => (Mode & KindMask) == KindOfDirectory;

    /// <summary>Whether the path is a symbolic link.</summary>
    public bool IsSymbolicLink => (Mode & KindMask) == KindOfSymbolicLink;

    /// <summary>Whether the owner may execute the file.</summary>
    public bool IsExecutable => (Mode & (int)UnixFileMode.UserExecute) != 0;

    /// <summary>Whether the platform told inode and change time, without which a change of content may go unnoticed.</summary>
    public bool IsExact => Inode != 0 && ChangedNanoseconds != 0;

    /// <summary>Reads the status of a path.</summary>
    /// <param name="path">The path, best absolute; its last name isn't followed when it is a link.</param>
    /// <param name="status">The status, when there is something at the path.</param>
    /// <returns>Whether there is something at the path.</returns>
    /// <exception cref="IOException">The path can't be looked up, for instance because a directory above it may not be searched.</exception>
    public static bool TryRead(string path, out FileStatus status) =>
        HasStatx ? TryReadExactly(path, out status) : TryReadPortably(path, out status);

    /// <summary>The same without <c>statx</c>: never <see cref="IsExact"/>, and special files look like regular ones.</summary>
    internal static bool TryReadPortably(string path, out FileStatus status)
    {
        var info = new FileInfo(path);
        status = default;
        if (info.Attributes == (FileAttributes)(-1))
        {
            return false;
        }

        var kind = info.LinkTarget is not null ? KindOfSymbolicLink
            : info.Attributes.HasFlag(FileAttributes.Directory) ? KindOfDirectory
            : KindOfFile;
        var size = kind == KindOfFile ? info.Length : 0;
        var modified = (info.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        status = new FileStatus(0, 0, size, modified, 0, kind | (int)info.UnixFileMode, 0);
        return true;
    }

    private static bool TryReadExactly(string path, out FileStatus status)
    {
        status = default;
        if (Statx(CurrentDirectory, path, DontFollow, BasicFields, out var raw) == 0)
        {
            status = new FileStatus(
                ((ulong)raw.DeviceMajor << 32) | raw.DeviceMinor,
                raw.Inode,
                (long)raw.Size,
                Nanoseconds(raw.ModifiedSeconds, raw.ModifiedFraction),
                Nanoseconds(raw.ChangedSeconds, raw.ChangedFraction),
                raw.Mode,
                raw.Owner);
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return error is NoSuchEntry or NotADirectory ? false : throw new IOException($"{Marshal.GetPInvokeErrorMessage(error)} : '{path}'", error);
    }

    // A time stamp may hold anything, also years that don't fit; all that matters is that equal stays equal.
    private static long Nanoseconds(long seconds, uint fraction) => unchecked((seconds * 1_000_000_000) + fraction);

    // Linux only, from glibc 2.28 and musl 1.2 on; an older kernel, or a sandbox that knows no better, answers with ENOSYS or EPERM.
    private static bool ProbeStatx()
    {
        try
        {
            return OperatingSystem.IsLinux() && Statx(CurrentDirectory, "/", DontFollow, BasicFields, out _) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
        catch (DllNotFoundException)
        {
            return false;
        }
    }
}
