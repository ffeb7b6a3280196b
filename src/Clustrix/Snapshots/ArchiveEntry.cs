namespace Clustrix.Snapshots;

/// <summary>Where an entry of a zip archive lies.</summary>
/// <param name="Name">Its path in the archive, as it stands there.</param>
/// <param name="Offset">Where its header and data begin.</param>
/// <param name="Length">Bytes of header and data.</param>
/// <param name="LinePosition">Where its line in the directory begins.</param>
/// <param name="LineLength">Bytes of that line.</param>
internal sealed record ArchiveEntry(string Name, long Offset, long Length, long LinePosition, int LineLength);
