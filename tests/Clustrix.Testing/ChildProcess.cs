using System.Diagnostics;
using System.Text;

namespace Clustrix.Testing;

/// <summary>Runs a program to its end, with a time limit, and keeps everything that it says.</summary>
public static class ChildProcess
{
    // What dotnet and MSBuild set for their children, and what a CI machine sets for everybody, would reach the builds under test.
    private static readonly string[] Toxic = ["MSBUILD", "DOTNET_HOST_PATH", "DOTNET_CLI_CONTEXT", "VSTEST", "CORECLR", "COVERLET", "CLUSTRIX", "CI", "GITHUB", "TF_BUILD"];

    public static async Task<ProcessOutcome> RunAsync(string program, IEnumerable<string> arguments, string directory, TimeSpan limit, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = new Process { StartInfo = StartInfo(program, arguments, directory) };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            process.StartInfo.Environment[name] = value;
        }

        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(output, line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var timer = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(timer.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{program} {string.Join(' ', process.StartInfo.ArgumentList)}' took longer than {limit}:\n{output}");
        }

        return new ProcessOutcome(process.ExitCode, output.ToString());
    }

    /// <summary>How a program is started: with redirected streams and without the variables that the test's own host has left.</summary>
    public static ProcessStartInfo StartInfo(string program, IEnumerable<string> arguments, string directory)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in info.Environment.Keys.Where(IsToxic).ToList())
        {
            info.Environment.Remove(name);
        }

        // A node that outlives its build would keep the task assembly of a test that is long over.
        info.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        info.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        info.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        info.Environment["DOTNET_NOLOGO"] = "1";
        return info;
    }

    private static bool IsToxic(string name) => Toxic.Any(prefix => name == prefix || (prefix.Length > 2 && name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)));

    private static void Append(StringBuilder output, string? line)
    {
        // The end of a stream is told as no line at all, and the two streams end when they like.
        if (line is not null)
        {
            lock (output)
            {
                output.AppendLine(line);
            }
        }
    }
}
