using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Clustrix.Diagnostics;

namespace Clustrix.Snapshots;

/// <summary>The packages and projects of a snapshot, and what depends on what, as a CycloneDX 1.6 document.</summary>
/// <remarks>One snapshot has one document: no time stamps, and a serial number that is derived from the content.</remarks>
public sealed class SoftwareBillOfMaterials
{
    private readonly string _projectName;
    private readonly AssetsFile _assets;
    private readonly Dictionary<string, string> _references;

    /// <summary>Makes the document of a snapshot.</summary>
    /// <param name="projectName">The project that the document is about.</param>
    /// <param name="taken">The snapshot.</param>
    public SoftwareBillOfMaterials(string projectName, TakenSnapshot taken)
    {
        _projectName = projectName;
        _assets = taken.Assets;
        _references = _assets.Packages.Select(package => (package.Id, Reference: PackageUrl(package)))
            .Concat(_assets.Projects.Select(project => (Id: project.Name, Reference: ProjectReference(project.Name))))
            .ToDictionary(pair => pair.Id, pair => pair.Reference, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Writes the document. A file that holds it already isn't touched.</summary>
    /// <param name="path">The file, usually <c>bom.json</c>; directories above it are made.</param>
    /// <param name="cancellationToken">Ends the writing; the file is then as it was before.</param>
    /// <returns>Whether the file was written.</returns>
    /// <exception cref="ClustrixException">The file can't be written (<see cref="ErrorCode.ArtifactsNotWritable"/>).</exception>
    public Task<bool> WriteAsync(string path, CancellationToken cancellationToken)
    {
        var body = Document(serialNumber: null);
        return CanonicalFile.WriteAsync(path, Document(SerialNumber(body)), cancellationToken);
    }

    private byte[] Document(string? serialNumber) => CanonicalJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
        json.WriteString("bomFormat", "CycloneDX");
        json.WriteString("specVersion", "1.6");
        if (serialNumber is not null)
        {
            json.WriteString("serialNumber", serialNumber);
        }

        json.WriteNumber("version", 1);
        WriteMetadata(json);
        WriteComponents(json);
        WriteDependencies(json);
        json.WriteEndObject();
    });

    // A UUID of version 8 holds whatever its maker likes: here the beginning of the content's digest.
    private static string SerialNumber(byte[] body)
    {
        var digest = SHA256.HashData(body).AsSpan(0, 16);
        digest[6] = (byte)((digest[6] & 0x0F) | 0x80);
        digest[8] = (byte)((digest[8] & 0x3F) | 0x80);
        return $"urn:uuid:{new Guid(digest, bigEndian: true)}";
    }

    private void WriteMetadata(Utf8JsonWriter json)
    {
        json.WriteStartObject("metadata");
        json.WriteStartObject("tools");
        json.WriteStartArray("components");
        json.WriteStartObject();
        json.WriteString("type", "application");
        json.WriteString("name", "Clustrix");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("component");
        WriteIdentity(json, "application", ProjectReference(_projectName), _projectName);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteComponents(Utf8JsonWriter json)
    {
        json.WriteStartArray("components");
        foreach (var package in _assets.Packages.OrderBy(PackageUrl, StringComparer.Ordinal))
        {
            WritePackage(json, package);
        }

        foreach (var project in _assets.Projects.OrderBy(project => project.Name, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            WriteIdentity(json, "library", ProjectReference(project.Name), project.Name);
            json.WriteString("version", project.Version);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WritePackage(Utf8JsonWriter json, RestoredPackage package)
    {
        json.WriteStartObject();
        WriteIdentity(json, "library", PackageUrl(package), package.Id);
        json.WriteString("version", package.Version);

        // The hash of the file that a source hands out; the content hash, without the signature, matches no file.
        if (new PackageDirectory(package, _assets.PackageFolders).ReadArchiveHash() is { } hash && Base64.IsValid(hash, out var length) && length == SHA512.HashSizeInBytes)
        {
            json.WriteStartArray("hashes");
            json.WriteStartObject();
            json.WriteString("alg", "SHA-512");
            json.WriteString("content", Convert.ToHexStringLower(Convert.FromBase64String(hash)));
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteString("purl", PackageUrl(package));
        json.WriteEndObject();
    }

    private void WriteDependencies(Utf8JsonWriter json)
    {
        json.WriteStartArray("dependencies");
        WriteDependency(json, ProjectReference(_projectName), _assets.DirectDependencies);
        var nodes = _assets.Packages.Select(package => (package.Id, package.Dependencies))
            .Concat(_assets.Projects.Select(project => (Id: project.Name, project.Dependencies)));
        foreach (var (id, dependencies) in nodes.OrderBy(node => _references[node.Id], StringComparer.Ordinal))
        {
            WriteDependency(json, _references[id], dependencies);
        }

        json.WriteEndArray();
    }

    // What a restore pruned, because the framework brings it, is named as a dependency and isn't there.
    private void WriteDependency(Utf8JsonWriter json, string reference, IEnumerable<string> dependencies)
    {
        json.WriteStartObject();
        json.WriteString("ref", reference);
        json.WriteStartArray("dependsOn");
        foreach (var target in dependencies.Select(id => _references.GetValueOrDefault(id)).OfType<string>().Distinct().Order(StringComparer.Ordinal))
        {
            json.WriteStringValue(target);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteIdentity(Utf8JsonWriter json, string type, string reference, string name)
    {
        json.WriteString("type", type);
        json.WriteString("bom-ref", reference);
        json.WriteString("name", name);
    }

    private static string PackageUrl(RestoredPackage package) => $"pkg:nuget/{Uri.EscapeDataString(package.Id)}@{Uri.EscapeDataString(package.Version)}";

    private static string ProjectReference(string name) => $"project:{name}";
}
