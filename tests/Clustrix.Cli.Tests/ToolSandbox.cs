using System.Diagnostics;
using System.Runtime.InteropServices;
using Clustrix.Testing;

namespace Clustrix.Cli.Tests;

/// <summary>A directory, a home and a store of one test's own, in which the built tool is called as a process.</summary>
public sealed partial class ToolSandbox : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly TempDirectory _directory = new();

    public ToolSandbox()
    {
        Directory.CreateDirectory(Here);
        Directory.CreateDirectory(_directory["home"]);
    }

    /// <summary>The built tool.</summary>
    public static string Assembly { get; } = Repository.At($"src/Clustrix.Cli/bin/{Repository.Configuration}/net10.0/Clustrix.Cli.dll");

    /// <summary>The working directory of the calls.</summary>
    public string Here => _directory["here"];

    /// <summary>The store's root.</summary>
    public string Store => _directory["store"];

    /// <summary>Where the user's own configuration lies.</summary>
    public string Home => _directory["home"];

    /// <summary>Variables for the calls.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public string this[string relative] => Path.Combine(Here, relative);

    public string Write(string relative, string content) => _directory.Write(Path.Combine("here", relative), content);

    /// <summary>Writes a file that can be executed.</summary>
    public void WriteScript(string relative, string content) =>
        File.SetUnixFileMode(Write(relative, content), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    /// <summary>Calls the tool and waits for its end.</summary>
    public Task<ToolOutcome> RunAsync(params string[] arguments) => EndAsync(Start(arguments));

    /// <summary>Starts the tool.</summary>
    public Process Start(params string[] arguments) => Start("dotnet", [Assembly, .. arguments]);

    /// <summary>Starts another program in the same surroundings.</summary>
    public Process Start(string program, IEnumerable<string> arguments, bool keepInput = false)
    {
        var info = ChildProcess.StartInfo(program, arguments, Here);
        info.Environment["HOME"] = Home;
        info.Environment.Remove("XDG_CONFIG_HOME");
        info.Environment.Remove("XDG_CACHE_HOME");
        info.Environment["NUGET_PACKAGES"] = System.Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(System.Environment.GetEnvironmentVariable("HOME")!, ".nuget", "packages");
        info.Environment["CLUSTRIX_STORE_ROOT"] = Store;
        foreach (var (name, value) in Environment)
        {
            info.Environment[name] = value;
        }

        var process = Process.Start(info)!;
        if (!keepInput)
        {
            process.StandardInput.Close();
        }

        return process;
    }

    /// <summary>Waits for the end of a call.</summary>
    public static async Task<ToolOutcome> EndAsync(Process process)
    {
        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            using var limit = new CancellationTokenSource(Limit);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw new TimeoutException($"The tool took longer than {Limit}:\n{await output}{await error}");
            }

            return new ToolOutcome(process.ExitCode, await output, await error);
        }
    }

    /// <summary>Waits for a line of a stream that holds a text; returns it.</summary>
    public static async Task<string> WaitForAsync(StreamReader reader, string text)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (await reader.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"The stream ended without '{text}'.");
    }

    /// <summary>Waits for a file to be there.</summary>
    public static async Task WaitForFileAsync(string path)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!File.Exists(path))
        {
            await Task.Delay(20, limit.Token);
        }
    }

    /// <summary>Starts a run of one item that goes on until a file <c>go</c> appears, and waits until the item has begun.</summary>
    public async Task<(Process Tool, string Run)> StartWaitingRunAsync(string text = "begun")
    {
        // Without a payload and a working directory that is shared, the file's absolute path is what both sides know.
        var tool = Start("run", "--", "sh", "-c", $"echo {text}; : >'{this["begun"]}'; while [ ! -e '{this["go"]}' ]; do sleep 0.05; done; echo ended");
        var line = await WaitForAsync(tool.StandardError, "Run ");
        await WaitForFileAsync(this["begun"]);
        return (tool, line.Split(' ')[1].TrimEnd(':'));
    }

    /// <summary>Lets the waiting item end.</summary>
    public void LetGo() => File.WriteAllText(this["go"], "");

    /// <summary>Sends a signal.</summary>
    public static void Signal(Process process, PosixSignal signal)
    {
        var number = signal switch { PosixSignal.SIGINT => 2, PosixSignal.SIGTERM => 15, _ => 1 };
        Kill(process.Id, number).ShouldBe(0);
    }

    /// <summary>Ends what a test that failed has left running, and removes everything.</summary>
    public void Dispose()
    {
        foreach (var process in Processes())
        {
            _ = Kill(process, 9);
        }

        _directory.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Kill(int process, int signal);
}
