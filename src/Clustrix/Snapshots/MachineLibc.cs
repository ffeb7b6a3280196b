using System.Runtime.InteropServices;

namespace Clustrix.Snapshots;

/// <summary>The C library of this machine.</summary>
internal static partial class MachineLibc
{
    /// <summary>Such as <c>glibc 2.36</c> or <c>musl</c>, which doesn't tell its version.</summary>
    public static string Description { get; } = Describe();

    private static string Describe()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "system";
        }

        try
        {
            return $"glibc {Marshal.PtrToStringUTF8(GnuGetLibcVersion())}";
        }
        catch (EntryPointNotFoundException)
        {
            return "musl";
        }
    }

    [LibraryImport("libc", EntryPoint = "gnu_get_libc_version")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint GnuGetLibcVersion();
}
