using Clustrix.Diagnostics;

namespace Clustrix.Configuration;

/// <summary>Finds the <c>clustrix.json</c> files that hold for a project.</summary>
public static class ConfigurationFiles
{
    /// <summary>Reads the files beside the project, at the root of its repository, and of the user; each if it is there.</summary>
    /// <param name="projectDirectory">The project's directory, absolute.</param>
    /// <param name="environment">The environment variables; tell where the user's configuration lies.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The files, the strongest first.</returns>
    /// <exception cref="ClustrixException">Everything that is wrong in the files, at once.</exception>
    public static async Task<IReadOnlyList<ConfigurationFile>> ReadAsync(
        string projectDirectory, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var files = new List<ConfigurationFile>();
        var problems = new List<Problem>();
        foreach (var (path, layer) in Candidates(projectDirectory, environment).DistinctBy(candidate => candidate.Path).Where(candidate => File.Exists(candidate.Path)))
        {
            try
            {
                files.Add(await ConfigurationFile.ReadAsync(path, layer, cancellationToken).ConfigureAwait(false));
            }
            catch (ClustrixException e)
            {
                problems.AddRange(e.Problems);
            }
        }

        return problems.Count == 0 ? files : throw new ClustrixException(problems);
    }

    private static IEnumerable<(string Path, SettingLayer Layer)> Candidates(string projectDirectory, IReadOnlyDictionary<string, string> environment)
    {
        yield return (Path.Combine(projectDirectory, ConfigurationFile.FileName), SettingLayer.ProjectFile);
        if (RepositoryRoot(projectDirectory) is { } root)
        {
            yield return (Path.Combine(root, ConfigurationFile.FileName), SettingLayer.RepositoryFile);
        }

        var configuration = environment.GetValueOrDefault("XDG_CONFIG_HOME", "") is { Length: > 0 } xdg ? xdg
            : environment.GetValueOrDefault("HOME", "") is { Length: > 0 } home ? Path.Combine(home, ".config")
            : null;
        if (configuration is not null)
        {
            yield return (Path.Combine(configuration, "clustrix", ConfigurationFile.FileName), SettingLayer.UserFile);
        }
    }

    // .git is a file in a worktree.
    private static string? RepositoryRoot(string directory)
    {
        for (var current = directory; current is not null; current = Path.GetDirectoryName(current))
        {
            if (Path.Exists(Path.Combine(current, ".git")))
            {
                return current;
            }
        }

        return null;
    }
}
