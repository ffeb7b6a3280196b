using System.Diagnostics;
using Clustrix.Hosts;
using Clustrix.Runs;
using Clustrix.Workloads;

namespace Clustrix.Cli;

/// <summary>An item in a directory of its own on this machine, laid out as a worker lays it out.</summary>
/// <param name="item">The item.</param>
/// <param name="directory">The directory, absolute.</param>
/// <param name="environment">The caller's environment: of it the item gets what a login sets, as on a node.</param>
internal sealed class Repetition(Item item, string directory, IReadOnlyDictionary<string, string> environment)
{
    /// <summary>Where the payload has to be.</summary>
    public string Payload => Path.Combine(directory, "payload");

    /// <summary>Where the item's files are linked to.</summary>
    public string Work => Path.Combine(directory, "work");

    /// <summary>Runs the command at this terminal. As on a node, it has nothing to read from.</summary>
    /// <param name="errorsOnly">Whether its standard output goes to standard error.</param>
    /// <param name="cancellationToken">Ends it with everything that it started.</param>
    /// <returns>Its exit code.</returns>
    public async Task<int> RunAsync(bool errorsOnly, CancellationToken cancellationToken)
    {
        using var process = Process.Start(Start(Enter(), errorsOnly))!;
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode;
    }

    // Directories of the payload on the way to where the command starts are made anew, because it can write there.
    private string Enter()
    {
        var (at, from) = (Work, Payload);
        Link(from, at);
        foreach (var name in item.WorkingDirectory.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(name => name != "."))
        {
            (at, from) = (Path.Combine(at, name), Path.Combine(from, name));
            if (Directory.Exists(from))
            {
                File.Delete(at);
                Link(from, at);
            }
        }

        return Directory.CreateDirectory(at).FullName;
    }

    private static void Link(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var entry in new DirectoryInfo(from).EnumerateFileSystemInfos())
        {
            File.CreateSymbolicLink(Path.Combine(to, entry.Name), entry.FullName);
        }
    }

    private ProcessStartInfo Start(string workingDirectory, bool errorsOnly)
    {
        var start = new ProcessStartInfo("sh", ["-c", errorsOnly ? $"{{ {ItemCommand.Of(item)}\n}} >&2" : ItemCommand.Of(item)])
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        start.Environment.Clear();
        KeyValuePair<string, string>[] own = [KeyValuePair.Create("CLUSTRIX_ATTEMPT", "1"), KeyValuePair.Create("CLUSTRIX_WORKSPACE", Payload)];
        foreach (var (name, value) in LocalHost.LoginEnvironment(environment).Concat(own).Concat(item.Environment))
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
