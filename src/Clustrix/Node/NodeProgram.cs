using System.Security.Cryptography;
using System.Text;

namespace Clustrix.Node;

/// <summary>The POSIX sh program that runs on nodes. It is kept in this assembly, in parts that can each be read in one sitting.</summary>
public static class NodeProgram
{
    private static readonly string[] Parts = ["store.sh", "facts.sh", "push.sh", "runs.sh", "reading.sh", "sharing.sh", "batch.sh", "inspect.sh", "garbage.sh", "standing.sh", "item.sh", "monitor.sh", "stragglers.sh", "alone.sh", "pool.sh", "main.sh"];

    /// <summary>The format of the stores that it makes and uses.</summary>
    internal const string StoreFormat = "1";

    /// <summary>The whole program.</summary>
    public static string Text { get; } = string.Concat(Parts.Select(Read));

    /// <summary>Its SHA-256, 64 lower-case hexadecimal digits: the name under which a store keeps it.</summary>
    public static string Digest { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));

    /// <summary>Bytes of the program.</summary>
    public static int Length { get; } = Encoding.UTF8.GetByteCount(Text);

    /// <summary>The script that starts the program; its parameters are the store's root (empty for the default), <see cref="Digest"/> and <see cref="Length"/>.</summary>
    public static string Bootstrap { get; } = Read("bootstrap.sh");

    private static string Read(string name)
    {
        using var stream = typeof(NodeProgram).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly lacks its part '{name}'.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
