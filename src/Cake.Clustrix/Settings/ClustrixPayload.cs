namespace Cake.Clustrix;

/// <summary>A file or a directory that the items find.</summary>
public sealed class ClustrixPayload
{
    /// <summary>Names a file or a directory.</summary>
    /// <param name="path">Its path, absolute or relative to the run's <see cref="ClustrixSettings.ProjectDirectory"/>.</param>
    public ClustrixPayload(string path)
    {
        Path = path;
    }

    /// <summary>Names a file or a directory.</summary>
    /// <param name="path">Its path, such as one that <c>GetFiles</c> has found.</param>
    public ClustrixPayload(Core.IO.Path path)
        : this(path?.FullPath ?? throw new ArgumentNullException(nameof(path)))
    {
    }

    /// <summary>The path on this machine.</summary>
    public string Path { get; }

    /// <summary>The directory in the payload that receives the file, or what the directory holds; by default it goes where it lies.</summary>
    public string? Destination { get; set; }

    /// <summary>Patterns of what is left out of a directory, relative to it; none by default.</summary>
    public ICollection<string> Exclude { get; } = [];
}
