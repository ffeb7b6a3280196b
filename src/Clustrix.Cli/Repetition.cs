using System.Diagnostics;
using Clustrix.Workloads;

namespace Clustrix.Cli;

/// <summary>An item in a directory of its own on this machine, laid out as a worker lays it out.</summary>
/// <param name="item">The item.</param>
/// <param name="directory">The directory, absolute.</param>
/// <param name="environment">The caller's environment.</param>
internal sealed class Repetition(Item item, string directory, IReadOnlyDictionary<string, string> environment)
{
    /// <summary>Where the payload has to be.</summary>
    public string Payload => Path.Combine(directory, "payload");

    /// <summary>Where the item starts.</summary>
    public string Work => Path.Combine(directory, "work");

    /// <summary>Runs the command at this terminal.</summary>
    /// <param name="errorsOnly">Whether its standard output goes to standard error.</param>
    /// <param name="cancellationToken">Ends it with everything that it started.</param>
    /// <returns>Its exit code.</returns>
    public async Task<int> RunAsync(bool errorsOnly, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Work);
        foreach (var entry in new DirectoryInfo(Payload).EnumerateFileSystemInfos())
        {
            File.CreateSymbolicLink(Path.Combine(Work, entry.Name), entry.FullName);
        }

        using var process = Process.Start(Start(errorsOnly))!;
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

    private ProcessStartInfo Start(bool errorsOnly)
    {
        var start = new ProcessStartInfo("sh", ["-c", errorsOnly ? $"{{ {item.Command}\n}} >&2" : item.Command])
        {
            WorkingDirectory = Directory.CreateDirectory(Path.Combine(Work, item.WorkingDirectory)).FullName,
            UseShellExecute = false,
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment.Concat(item.Environment))
        {
            start.Environment[name] = value;
        }

        start.Environment["CLUSTRIX_WORKSPACE"] = Payload;
        return start;
    }
}
