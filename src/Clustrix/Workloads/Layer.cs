using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace Clustrix.Workloads;

/// <summary>A sorted manifest of files that are built, kept and recognised together: one package, the project's outputs, one declared payload.</summary>
public sealed class Layer
{
    private const int Piece = 1 << 16;
    private const int LongestNumbers = 100;

    private static ReadOnlySpan<byte> Version => "clustrix-layer-1\0"u8;

    /// <summary>Makes a layer.</summary>
    /// <param name="name">What a person calls it in listings, such as <c>package Shouldly 4.2.1</c>; not a part of the digest.</param>
    /// <param name="files">The files, in any order, each path once.</param>
    public Layer(string name, IEnumerable<LayerFile> files)
    {
        Name = name;
        var sorted = LayerFile.Sort(files);
        Files = sorted;
        Digest = ComputeDigest(sorted);
    }

    /// <summary>What a person calls the layer.</summary>
    public string Name { get; }

    /// <summary>The files, sorted ordinally by path.</summary>
    public IReadOnlyList<LayerFile> Files { get; }

    /// <summary>SHA-256 over the manifest, 64 lower-case hexadecimal digits.</summary>
    public string Digest { get; }

    // type, mode, size, digest or link target, path; the last two are length-prefixed, because they may hold any character.
    private static string ComputeDigest(LayerFile[] files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var manifest = new ArrayBufferWriter<byte>(2 * Piece);
        manifest.Write(Version);
        foreach (var file in files)
        {
            Describe(file, manifest);
            if (manifest.WrittenCount >= Piece)
            {
                hash.AppendData(manifest.WrittenSpan);
                manifest.ResetWrittenCount();
            }
        }

        hash.AppendData(manifest.WrittenSpan);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Describe(LayerFile file, ArrayBufferWriter<byte> manifest)
    {
        var content = file.LinkTarget ?? file.Digest;
        var kind = file.Kind switch { FileKind.File => 'f', FileKind.Directory => 'd', _ => 'l' };
        var space = manifest.GetSpan(LongestNumbers + Encoding.UTF8.GetMaxByteCount(content.Length + file.Path.Length));
        _ = Utf8.TryWrite(
            space,
            CultureInfo.InvariantCulture,
            $"{kind} {(file.Executable ? 'x' : '-')} {file.Size} {Encoding.UTF8.GetByteCount(content)}:{content} {Encoding.UTF8.GetByteCount(file.Path)}:{file.Path}\n",
            out var written);
        manifest.Advance(written);
    }
}
