namespace Clustrix.Preflight;

/// <summary>What a host has. A number is 0 and a text empty where the host doesn't tell.</summary>
public sealed record HostFacts
{
    /// <summary>The host's own name.</summary>
    public string HostName { get; init; } = "";

    /// <summary>The user there.</summary>
    public string User { get; init; } = "";

    /// <summary>Kernel, machine and C library, such as <c>Linux-x86_64 glibc 2.36</c>.</summary>
    public string Platform { get; init; } = "";

    /// <summary>What .NET calls the platform, such as <c>linux-x64</c>.</summary>
    public string RuntimeIdentifier { get; init; } = "";

    /// <summary>The kernel's version.</summary>
    public string Kernel { get; init; } = "";

    /// <summary>Processor cores that a process there may use.</summary>
    public int Cores { get; init; }

    /// <summary>Bytes of main memory.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Bytes of main memory that are free, or would be at once.</summary>
    public long AvailableMemoryBytes { get; init; }

    /// <summary>The .NET frameworks that the host's <c>dotnet</c> finds, each with its version, such as <c>Microsoft.NETCore.App 10.0.1</c>.</summary>
    public IReadOnlyList<string> Frameworks { get; init; } = [];

    /// <summary>The store's root, absolute; it need not be there yet.</summary>
    public string StoreRoot { get; init; } = "";

    /// <summary>Bytes that are free on the store's file system.</summary>
    public long FreeBytes { get; init; }

    /// <summary>Files that can still be made on the store's file system; 0 also where any number can.</summary>
    public long FreeInodes { get; init; }

    /// <summary>By how much the host's clock is ahead of this machine's, give or take half of <see cref="RoundTrip"/>; null when it couldn't be read.</summary>
    public TimeSpan? ClockSkew { get; init; }

    /// <summary>How long a question and its answer took.</summary>
    public TimeSpan RoundTrip { get; init; }

    /// <summary>How long it took until a shell was there.</summary>
    public TimeSpan ConnectTime { get; init; }
}
