using System.Runtime.InteropServices;

namespace Clustrix.Workloads;

/// <content>The system call. Unlike <c>stat</c>, its structure is the same on every architecture and in every libc.</content>
public readonly partial record struct FileStatus
{
    private const int CurrentDirectory = -100;
    private const int DontFollow = 0x100;
    private const uint BasicFields = 0x7FF;

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Statx(int directory, string path, int flags, uint mask, out RawStatus status);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct RawStatus
    {
        [FieldOffset(20)]
        public uint Owner;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(96)]
        public long ChangedSeconds;

        [FieldOffset(104)]
        public uint ChangedFraction;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedFraction;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
