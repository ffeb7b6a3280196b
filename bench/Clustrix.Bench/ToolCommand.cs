using System.Diagnostics;

namespace Clustrix.Bench;

/// <summary>Calls programs whose output isn't of interest.</summary>
internal static class ToolCommand
{
    public static ProcessStartInfo StartInfo(string program, IEnumerable<string> arguments) => new(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    /// <summary>Returns the milliseconds that the call took; a failing one is an exception with what it said.</summary>
    public static Task<double> RunAsync(string program, params string[] arguments) => RunAsync(StartInfo(program, arguments));

    /// <summary>The same in another directory, or with other variables.</summary>
    public static async Task<double> RunAsync(ProcessStartInfo info)
    {
        var start = Stopwatch.GetTimestamp();
        using var process = Process.Start(info)!;
        process.StandardInput.Close();
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return process.ExitCode == 0
            ? elapsed
            : throw new InvalidOperationException($"{info.FileName} {string.Join(' ', info.ArgumentList)} ended with exit code {process.ExitCode}:\n{string.Concat(said)}");
    }
}
