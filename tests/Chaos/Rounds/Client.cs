using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Clustrix.Chaos.Grounds;
using Clustrix.Chaos.Points;
using Clustrix.Chaos.Wire;
using Clustrix.Testing;

namespace Clustrix.Chaos.Rounds;

/// <summary>The real tool, as a process that can be killed.</summary>
internal sealed class Client : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly string Tool = Repository.At($"src/Clustrix.Cli/bin/{Repository.Configuration}/net10.0/Clustrix.Cli.dll");
    private static readonly string Dotnet = Path.GetFullPath("../../../dotnet", RuntimeEnvironment.GetRuntimeDirectory());

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private Client(Process process, Wiretap tap)
    {
        _process = process;
        Tap = tap;
        process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What stands between it and its cluster.</summary>
    public Wiretap Tap { get; }

    public bool HasEnded => _process.HasExited;

    /// <summary>Starts the tool.</summary>
    /// <param name="ground">Where.</param>
    /// <param name="name">What no other call of the ground's has.</param>
    /// <param name="point">Where it is to stand still; null for nowhere.</param>
    /// <param name="arguments">Its words.</param>
    public static Client Start(Ground ground, string name, Point? point, IEnumerable<string> arguments)
    {
        var directory = Directory.CreateDirectory(ground.At(name)).FullName;
        var tap = new Wiretap(Path.Combine(directory, "wire"));
        var info = ChildProcess.StartInfo(Dotnet, [Tool, .. arguments], directory);
        info.Environment["HOME"] = ground.ClientHome;
        info.Environment.Remove("XDG_CONFIG_HOME");
        info.Environment.Remove("XDG_CACHE_HOME");
        point?.Set(tap);
        if (tap.IsSet)
        {
            info.Environment["PATH"] = $"{WriteWayIn(ground.WayIn, directory)}:{info.Environment["PATH"]}";
        }

        return new Client(new Process { StartInfo = info }, tap);
    }

    /// <summary>Calls the tool and waits for its end.</summary>
    public static async Task<ClientEnd> RunAsync(Ground ground, string name, IEnumerable<string> arguments)
    {
        await using var client = Start(ground, name, null, arguments);
        return await client.EndAsync();
    }

    /// <summary>Ends it by a signal that it can't see; its children live.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Waits for its end.</summary>
    public async Task<ClientEnd> EndAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The client took longer than {Limit}:\n{Said()}");
        }

        lock (_output)
        {
            return new ClientEnd(_process.ExitCode, _output.ToString(), Said());
        }
    }

    /// <summary>What it has said on standard error.</summary>
    public string Said()
    {
        lock (_error)
        {
            return _error.ToString();
        }
    }

    /// <summary>Nothing of it is left, whatever became of it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    // A program of the name that the client looks for, which puts the relay before the real one.
    private static string WriteWayIn(string program, string directory)
    {
        var path = Directory.CreateDirectory(Path.Combine(directory, "bin")).FullName;
        var real = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(place => Path.Combine(place, program)).First(File.Exists);
        var script = Path.Combine(path, program);
        File.WriteAllText(script, $"#!/bin/sh\nPATH=${{PATH#*:}}\nexec '{Dotnet}' '{typeof(Client).Assembly.Location}' relay '{directory}/wire' '{real}' \"$@\"\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private static void Append(StringBuilder text, string? line)
    {
        // The end of a stream is told as no line at all.
        if (line is not null)
        {
            lock (text)
            {
                text.AppendLine(line);
            }
        }
    }
}
