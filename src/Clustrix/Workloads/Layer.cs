using System.Security.Cryptography;
using System.Text;

namespace Clustrix.Workloads;

/// <summary>A sorted manifest of files that are built, kept and recognised together: one package, the project's outputs, one declared payload.</summary>
public sealed class Layer
{
    private static readonly byte[] Version = Encoding.ASCII.GetBytes("clustrix-layer-1\0");

    /// <summary>Makes a layer.</summary>
    /// <param name="name">What a person calls it in listings, such as <c>package Shouldly 4.2.1</c>; not a part of the digest.</param>
    /// <param name="files">The files, in any order, each path once.</param>
    public Layer(string name, IEnumerable<LayerFile> files)
    {
        Name = name;
        var sorted = files.ToArray();
        Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Path, b.Path));
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
        hash.AppendData(Version);
        foreach (var file in files)
        {
            var content = file.LinkTarget ?? file.Digest;
            var kind = file.Kind switch { FileKind.File => 'f', FileKind.Directory => 'd', _ => 'l' };
            var line = string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{kind} {(file.Executable ? 'x' : '-')} {file.Size} {Encoding.UTF8.GetByteCount(content)}:{content} {Encoding.UTF8.GetByteCount(file.Path)}:{file.Path}\n");
            hash.AppendData(Encoding.UTF8.GetBytes(line));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
