namespace Clustrix.Cli.Projects;

/// <summary>Asks a build where it keeps a project's snapshot.</summary>
internal sealed class SnapshotFiles : IDisposable
{
    private readonly string _answer = Path.GetTempFileName();

    /// <summary>The arguments with which the build answers.</summary>
    public IReadOnlyList<string> Arguments => ["-getProperty:_ClustrixDirectory", $"-getResultOutputFile:{_answer}"];

    /// <summary>The directory, absolute, when the build is over.</summary>
    public async Task<string> DirectoryAsync(CancellationToken cancellationToken) =>
        (await File.ReadAllTextAsync(_answer, cancellationToken).ConfigureAwait(false)).Trim();

    /// <inheritdoc/>
    public void Dispose() => File.Delete(_answer);
}
