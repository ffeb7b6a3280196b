using System.Diagnostics;
using System.Globalization;

namespace Clustrix.Testing;

/// <summary>The processes of this machine, as <c>/proc</c> shows them.</summary>
public static class Processes
{
    /// <summary>Ids of the processes that were started with a variable in their environment, such as <c>MARK=1</c>.</summary>
    public static IEnumerable<int> With(string variable) =>
        Directory.EnumerateDirectories("/proc")
            .Select(directory => int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0 && Read(id, "environ").Split('\0').Contains(variable));

    public static string CommandLineOf(int id) => Read(id, "cmdline");

    /// <summary>Ends a process, by a signal that it can't see, with all its children or without them.</summary>
    public static void Kill(int id, bool withChildren = true)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill(withChildren);
            process.WaitForExit();
        }
        catch (ArgumentException)
        {
            // It has ended by itself.
        }
    }

    public static int ParentOf(int id) => int.Parse(Read(id, "stat").Split(") ")[^1].Split(' ')[1], CultureInfo.InvariantCulture);

    private static string Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
