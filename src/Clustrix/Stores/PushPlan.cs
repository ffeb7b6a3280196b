using Clustrix.Workloads;

namespace Clustrix.Stores;

/// <summary>What a push would send.</summary>
/// <param name="Files">The files whose content would travel, each content once, in the payload's order.</param>
/// <param name="FilesReused">Files whose content is in the store, or would travel once for several files.</param>
/// <param name="Root">The payload's root digest.</param>
public sealed record PushPlan(IReadOnlyList<LayerFile> Files, int FilesReused, string Root)
{
    /// <summary>Bytes of content that would travel, before compression.</summary>
    public long Bytes => Files.Sum(file => file.Size);
}
