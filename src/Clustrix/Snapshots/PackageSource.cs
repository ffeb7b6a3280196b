namespace Clustrix.Snapshots;

/// <summary>A package source in a form in which two spellings of one source are equal and no credentials are left.</summary>
internal sealed record PackageSource
{
    private readonly Uri? _address;

    private PackageSource(string text, Uri? address)
    {
        Text = text;
        _address = address;
    }

    /// <summary>The address or the absolute directory, for people on this machine.</summary>
    public string Text { get; }

    /// <summary>What a snapshot says: the address, or that it is some directory, because directories are called otherwise on every machine.</summary>
    public string PublicText => _address is null ? "a local directory" : Text;

    /// <summary>Reads a source.</summary>
    /// <param name="source">An address, a file address or a directory.</param>
    /// <param name="directory">Where relative directories start.</param>
    public static PackageSource Parse(string source, string directory)
    {
        var isAddress = Uri.TryCreate(source, UriKind.Absolute, out var address) && !address.IsFile;
        return isAddress
            ? new PackageSource(WithoutSecrets(address!), address)
            : new PackageSource(Path.TrimEndingDirectorySeparator(Path.GetFullPath(address?.LocalPath ?? source, directory)), null);
    }

    /// <inheritdoc/>
    public bool Equals(PackageSource? other) =>
        other is not null && string.Equals(Text, other.Text, _address is null ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Text);

    private static string WithoutSecrets(Uri address) =>
        address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');
}
