namespace Clustrix.Cli.Projects;

/// <summary>Asks builds where they keep their projects' snapshots.</summary>
internal sealed class SnapshotFiles : IDisposable
{
    private readonly string _answers = Directory.CreateTempSubdirectory("clustrix-snapshots-").FullName;
    private readonly List<string> _projects = [];

    /// <summary>The arguments with which the build of a project answers.</summary>
    public IReadOnlyList<string> ArgumentsOf(string project)
    {
        _projects.Add(project);
        return ["-getProperty:_ClustrixDirectory", $"-getResultOutputFile:{AnswerOf(_projects.Count - 1)}"];
    }

    /// <summary>The projects and the directories of their snapshots, absolute, when the builds are over.</summary>
    public IReadOnlyList<(string Project, string Directory)> Read() => [.. _projects.Select((project, number) => (project, File.ReadAllText(AnswerOf(number)).Trim()))];

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_answers, recursive: true);

    private string AnswerOf(int number) => Path.Combine(_answers, $"{number}");
}
