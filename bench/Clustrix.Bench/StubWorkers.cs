using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Clustrix.Bench;

/// <summary>
/// A stand-in for a pool of workers: it claims a run's items, writes records, logs and journals into the store as workers do, and ends the
/// run, but starts no process for an item. Every hundredth item fails. So the client can be measured with more items than this machine could run.
/// </summary>
/// <remarks>It is started instead of the pool by a stand-in for <c>setsid</c>, which is the program that the node starts pools with.</remarks>
internal sealed class StubWorkers
{
    private const int FailEach = 100;

    private readonly string _run;
    private readonly string _id;
    private readonly string _directory;
    private readonly string _member;
    private readonly StreamWriter[] _journals;
    private readonly string _host = File.ReadAllText("/proc/sys/kernel/hostname").Trim();

    private StubWorkers(string root, string id, string member, string plan)
    {
        _id = id;
        _member = member;
        _directory = "run/" + File.ReadAllText(Path.Combine(root, "run", id + ".ready")).Trim();
        _run = Path.Combine(root, _directory);
        var workers = int.Parse(plan.Split(':')[1], CultureInfo.InvariantCulture);
        _journals = [.. Enumerable.Range(1, workers).Select(worker => new StreamWriter(Path.Combine(_run, $"journal.{member}-{worker}")) { AutoFlush = true })];
    }

    /// <summary>Writes the stand-in for <c>setsid</c> into a directory, which is to come first on the host's PATH.</summary>
    public static void Install(string directory)
    {
        var file = Path.Combine(directory, "setsid");
        File.WriteAllText(file, $"""
            #!/bin/sh
            # A stand-in: what starts a pool starts stub workers.
            [ "$3" != pool ] || exec '{Environment.ProcessPath}' '{typeof(StubWorkers).Assembly.Location}' stub-workers "$4" "$5" "$6" "$7"
            exec {Which("setsid")} "$@"

            """);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Works a run off.</summary>
    /// <param name="arguments">The store's root, the run's id, the member's number, and the class with its workers.</param>
    public static async Task RunAsync(IReadOnlyList<string> arguments)
    {
        var workers = new StubWorkers(arguments[0], arguments[1], arguments[2], arguments[3]);
        await workers.IdentifyAsync();
        await workers.WorkAsync();
        await workers.PublishAsync("ended", "finished\n");
    }

    // By this the node knows that somebody is at work.
    private async Task IdentifyAsync()
    {
        var boot = (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id")).Trim();
        var stat = await File.ReadAllTextAsync("/proc/self/stat");
        var started = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        await PublishAsync("pool-" + _member, $"{_host} {boot} {Environment.ProcessId} {started}\n");
    }

    private async Task PublishAsync(string name, string content)
    {
        var partial = Path.Combine(_run, $"{name}.{Environment.ProcessId}");
        await File.WriteAllTextAsync(partial, content);
        File.Move(partial, Path.Combine(_run, name), overwrite: true);
    }

    private async Task WorkAsync()
    {
        string[] entries = [.. Directory.EnumerateFiles(Path.Combine(_run, "todo")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        for (var index = 0; index < entries.Length; index++)
        {
            await AttemptAsync(entries[index], index % _journals.Length);
        }

        foreach (var journal in _journals)
        {
            await journal.DisposeAsync();
        }
    }

    // CLASS.ORDER.ITEM.ATTEMPT
    private async Task AttemptAsync(string entry, int worker)
    {
        var item = int.Parse(entry.Split('.')[2], CultureInfo.InvariantCulture);
        File.Move(Path.Combine(_run, "todo", entry), Path.Combine(_run, "claim", $"{entry}.{_member}-{worker + 1}"));
        await _journals[worker].WriteAsync(string.Create(CultureInfo.InvariantCulture, $"start {item} 1 {Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency:0.00}\n"));
        var attempt = string.Create(CultureInfo.InvariantCulture, $"att/{item}.1");
        var said = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"this is item {item}\n"));
        await File.WriteAllBytesAsync(Path.Combine(_run, attempt, "stdout"), said);
        var fails = item % FailEach == 0;
        var record = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"v":1,"run":"{{_id}}","item":{{item}},"attempt":1,"outcome":"{{(fails ? "Failed" : "Passed")}}","exit":{{(fails ? 1 : 0)}},"signal":0,"worker":"{{worker + 1}}","host":"{{_host}}","started":{{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0:0.00}},"seconds":1.25,"missing":[],"files":[{"path":"stdout","size":{{said.Length}},"sha256":"{{Convert.ToHexStringLower(SHA256.HashData(said))}}"}],"dir":"{{_directory}}/{{attempt}}"}""");
        await File.WriteAllTextAsync(Path.Combine(_run, attempt, "record"), record + "\n");
        if (Link(Path.Combine(_run, attempt, "record"), Path.Combine(_run, string.Create(CultureInfo.InvariantCulture, $"done/{item}"))) != 0)
        {
            throw new InvalidOperationException($"The record of item {item} can't be published.");
        }

        await _journals[worker].WriteAsync($"done {record}\n");
    }

    private static string Which(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(directory => Path.Combine(directory, program)).First(File.Exists);

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string target, [MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}
