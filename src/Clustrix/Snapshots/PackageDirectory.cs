using System.IO.Compression;
using Clustrix.Workloads;

namespace Clustrix.Snapshots;

/// <summary>The directory into which a restore extracted a package, with the package file beside the extracted files.</summary>
internal sealed class PackageDirectory
{
    private readonly RestoredPackage _package;
    private readonly string[] _files;

    /// <summary>Finds the directory of a package in the first package folder that has it.</summary>
    public PackageDirectory(RestoredPackage package, IReadOnlyList<string> packageFolders)
    {
        _package = package;
        _files = [.. package.Assets.Where(asset => !asset.IsPlaceholder).Select(asset => asset.Path).Distinct(StringComparer.Ordinal)];
        Path = packageFolders.Select(folder => System.IO.Path.Join(folder, package.Path)).FirstOrDefault(Directory.Exists) ?? "";
    }

    /// <summary>The absolute path; empty when no package folder has the package.</summary>
    public string Path { get; }

    /// <summary>Whether a package folder has the package.</summary>
    public bool Exists => Path.Length > 0;

    /// <summary>The package file. Its name is the directory's, in the form that a restore gives both.</summary>
    public string ArchivePath => At(_package.Path.Replace('/', '.') + ".nupkg");

    /// <summary>Whether the package file is there. Folders that come with an installation leave it out.</summary>
    public bool HasArchive => File.Exists(ArchivePath);

    /// <summary>Reads what the restore noted; null when it noted nothing.</summary>
    public PackageMetadata? ReadMetadata()
    {
        var path = At(PackageMetadata.FileName);
        Span<byte> buffer = stackalloc byte[1024];
        try
        {
            using var file = File.OpenHandle(path);
            var length = RandomAccess.Read(file, buffer, 0);
            return PackageMetadata.Parse(length < buffer.Length ? buffer[..length] : File.ReadAllBytes(path));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Reads the SHA-512 of the package file, signature and all, that the restore noted, in base 64; null when it noted none.</summary>
    public string? ReadArchiveHash()
    {
        try
        {
            return File.ReadAllText(ArchivePath + ".sha512").Trim();
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Looks all files up that a verification covers.</summary>
    /// <returns>Their state; null when it can't vouch for their content later.</returns>
    /// <exception cref="FileNotFoundException">A file that the build uses is missing.</exception>
    public VerificationStamp? Stamp()
    {
        var stamp = new VerificationStamp(_package.ContentHash);
        foreach (var file in _files)
        {
            var path = At(file);
            stamp.Add(path, FileStatus.TryRead(path, out var status) ? status : throw new FileNotFoundException($"'{file}' is missing"));
        }

        if (FileStatus.TryRead(ArchivePath, out var archive))
        {
            stamp.Add(ArchivePath, archive);
        }

        return stamp.IsTrustworthy ? stamp : null;
    }

    /// <summary>Compares the package file with its hashes.</summary>
    /// <exception cref="InvalidDataException">It doesn't match.</exception>
    public void CheckArchive(ArchiveHash hash)
    {
        var name = System.IO.Path.GetFileName(ArchivePath);
        if (hash.Content != _package.ContentHash)
        {
            throw new InvalidDataException($"'{name}' doesn't match the content hash");
        }

        if (ReadArchiveHash() is { } noted && noted != hash.File)
        {
            throw new InvalidDataException($"'{name}' doesn't match '{name}.sha512'");
        }
    }

    /// <summary>Compares the files that the build uses with the package file.</summary>
    /// <exception cref="InvalidDataException">One of them is another.</exception>
    public void CheckFiles(ZipArchive archive, CancellationToken cancellationToken)
    {
        // Names in a package file are escaped as in an address.
        var entries = archive.Entries.ToLookup(entry => Uri.UnescapeDataString(entry.FullName), StringComparer.Ordinal);
        foreach (var file in _files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var entry = entries[file].FirstOrDefault() ?? throw new InvalidDataException($"'{file}' isn't in the package file");
            using var extracted = new FileStream(At(file), new FileStreamOptions { BufferSize = 0 });
            if (extracted.Length != entry.Length)
            {
                throw new InvalidDataException($"'{file}' has {extracted.Length} bytes instead of {entry.Length}");
            }

            using var packed = entry.Open();
            if (!HaveEqualContent(packed, extracted))
            {
                throw new InvalidDataException($"'{file}' has other content than in the package file");
            }
        }
    }

    private static bool HaveEqualContent(Stream a, Stream b)
    {
        var left = new byte[64 * 1024];
        var right = new byte[left.Length];
        while (true)
        {
            var read = a.ReadAtLeast(left, left.Length, throwOnEndOfStream: false);
            if (read != b.ReadAtLeast(right, read, throwOnEndOfStream: false) || !left.AsSpan(0, read).SequenceEqual(right.AsSpan(0, read)))
            {
                return false;
            }

            if (read < left.Length)
            {
                return true;
            }
        }
    }

    private string At(string relative) => System.IO.Path.Join(Path, relative);
}
