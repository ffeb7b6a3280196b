using System.Text.Json;

namespace Clustrix.Cli.Projects;

/// <summary>A directory in which the tasks of builds leave documents of what they did: a log is for people.</summary>
internal sealed class BuildAnswers : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("clustrix-answers-").FullName;

    // A tool that leaves at once leaves nothing behind either.
    public BuildAnswers() => AppDomain.CurrentDomain.ProcessExit += Remove;

    /// <summary>The argument that tells a build of the directory.</summary>
    public string Argument => $"-p:_ClustrixAnswers={_directory}";

    /// <summary>The documents, in the order in which they were written.</summary>
    public IReadOnlyList<JsonElement> Read() => [.. Directory.GetFiles(_directory, "*.json").Order(StringComparer.Ordinal).Select(Read)];

    /// <inheritdoc/>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= Remove;
        Remove(null, EventArgs.Empty);
    }

    private void Remove(object? sender, EventArgs e) => Directory.Delete(_directory, recursive: true);

    private static JsonElement Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }
}
