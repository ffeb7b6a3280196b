using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Clustrix.Snapshots;

/// <summary>SHA-256 over the entries of a snapshot. It can tell what went into it.</summary>
/// <remarks>
/// The hash covers one frame for the format version and one for each entry, in the snapshot's order. A frame is the entry's kind, name and
/// value, each as <c>BYTES:TEXT</c> in UTF-8, with a blank between them and a line feed at the end.
/// </remarks>
public sealed class EnvironmentHash
{
    // Rises whenever the same snapshot would hash otherwise.
    private const string FormatVersion = "1";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private EnvironmentHash(string value, IReadOnlyList<ExplainedEntry> explain)
    {
        Value = value;
        Explain = explain;
    }

    /// <summary>The hash, 64 lower-case hexadecimal digits.</summary>
    public string Value { get; }

    /// <summary>Every entry with a digest of its own, in the order in which they were hashed.</summary>
    public IReadOnlyList<ExplainedEntry> Explain { get; }

    /// <summary>Hashes a snapshot.</summary>
    public static EnvironmentHash Of(Snapshot snapshot)
    {
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var frame = new ArrayBufferWriter<byte>(512);
        WriteFrame(frame, "format", "environment", FormatVersion);
        whole.AppendData(frame.WrittenSpan);
        var explain = new List<ExplainedEntry>(snapshot.Entries.Count);
        foreach (var entry in snapshot.Entries)
        {
            frame.ResetWrittenCount();
            WriteFrame(frame, entry.Kind.Word(), entry.Name, entry.Value);
            whole.AppendData(frame.WrittenSpan);
            explain.Add(new ExplainedEntry(entry, Convert.ToHexStringLower(SHA256.HashData(frame.WrittenSpan))));
        }

        return new EnvironmentHash(Convert.ToHexStringLower(whole.GetHashAndReset()), explain);
    }

    /// <summary>The hash.</summary>
    public override string ToString() => Value;

    // Lengths keep two entries from running into one another: names and values may hold any character.
    private static void WriteFrame(ArrayBufferWriter<byte> frame, string kind, string name, string value)
    {
        WriteText(frame, kind);
        frame.Write(" "u8);
        WriteText(frame, name);
        frame.Write(" "u8);
        WriteText(frame, value);
        frame.Write("\n"u8);
    }

    private static void WriteText(ArrayBufferWriter<byte> frame, string text)
    {
        Utf8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Utf8.GetByteCount(text)}:"), frame);
        Utf8.GetBytes(text, frame);
    }
}
