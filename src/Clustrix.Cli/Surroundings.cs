using System.Collections;
using Clustrix.Diagnostics;

namespace Clustrix.Cli;

/// <summary>What the tool was called in: the only place where it reads the process.</summary>
/// <param name="Terminal">Where it writes.</param>
/// <param name="Environment">The environment variables.</param>
/// <param name="Time">The clock.</param>
internal sealed record Surroundings(Terminal Terminal, IReadOnlyDictionary<string, string> Environment, TimeProvider Time)
{
    private readonly Lazy<string> _directory = new(FindDirectory);

    /// <summary>The working directory, absolute.</summary>
    /// <exception cref="ClustrixException">It was deleted (<see cref="ErrorCode.WorkingDirectoryMissing"/>).</exception>
    public string Directory => _directory.Value;

    public static IReadOnlyDictionary<string, string> ReadEnvironment() =>
        System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!, StringComparer.Ordinal);

    /// <summary>An absolute path of one that was written in this directory.</summary>
    public string PathOf(string path) => Path.GetFullPath(path, Directory);

    private static string FindDirectory()
    {
        try
        {
            return System.IO.Directory.GetCurrentDirectory();
        }
        catch (IOException e)
        {
            throw new ClustrixException(ErrorCode.WorkingDirectoryMissing, "The working directory was deleted. Change to one that is there, and start again.", e);
        }
    }
}
