using Cake.Core.IO;

namespace Cake.Clustrix;

/// <summary>What all aliases have in common. A property that isn't set comes from an environment variable, a <c>clustrix.json</c> or the default.</summary>
public abstract class ClustrixSettings
{
    /// <summary>The directory at which relative paths of items and payloads start and in which <c>clustrix.json</c> is looked for; the working directory by default.</summary>
    public DirectoryPath? ProjectDirectory { get; set; }

    /// <summary>The directory in which this machine remembers digests of files that haven't changed; <c>~/.cache/clustrix/client</c> by default.</summary>
    public DirectoryPath? CacheDirectory { get; set; }
}
