namespace Clustrix.Testing;

/// <summary>The checkout that the tests were built from.</summary>
public static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>The configuration that the tests were built in: <c>Debug</c> or <c>Release</c>.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    public static string At(string relative) => Path.Combine(Root, relative);

    private static string Find(string directory)
    {
        for (var above = new DirectoryInfo(directory); above is not null; above = above.Parent)
        {
            if (File.Exists(Path.Combine(above.FullName, "Tooling.sln")))
            {
                return above.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No Tooling.sln above {directory}.");
    }
}
