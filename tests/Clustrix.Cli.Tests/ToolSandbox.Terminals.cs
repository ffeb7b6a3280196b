using System.Diagnostics;
using System.Globalization;

namespace Clustrix.Cli.Tests;

public sealed partial class ToolSandbox
{
    private const string InterruptKey = "\u0003";

    /// <summary>Starts the tool at a terminal of its own.</summary>
    public Process StartAtTerminal(int columns, params string[] arguments)
    {
        var command = string.Join(' ', arguments.Select(argument => $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
        return Start("script", ["-qec", $"stty cols {columns} rows 50; exec dotnet '{Assembly}' {command}", "/dev/null"], keepInput: true);
    }

    /// <summary>Presses Ctrl-C at a terminal.</summary>
    public static void PressInterrupt(Process terminal)
    {
        terminal.StandardInput.Write(InterruptKey);
        terminal.StandardInput.Flush();
    }

    /// <summary>Reads what a terminal shows until it holds a text; returns all of it.</summary>
    public static async Task<string> WaitForScreenAsync(Process terminal, string text)
    {
        using var limit = new CancellationTokenSource(Limit);
        var shown = "";
        var buffer = new char[4096];
        while (!shown.Contains(text, StringComparison.Ordinal))
        {
            var read = await terminal.StandardOutput.ReadAsync(buffer, limit.Token);
            shown += read > 0 ? new string(buffer, 0, read) : throw new InvalidOperationException($"The terminal ended without '{text}':\n{shown}");
        }

        return shown;
    }

    /// <summary>Waits until no process of this sandbox is left: its home is in the environment of each.</summary>
    public async Task WaitForNoProcessAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        while (Processes().Any())
        {
            await Task.Delay(50, limit.Token);
        }
    }

    private IEnumerable<int> Processes() =>
        Directory.EnumerateDirectories("/proc").Where(IsOurs).Select(process => int.Parse(Path.GetFileName(process), CultureInfo.InvariantCulture));

    private bool IsOurs(string process)
    {
        try
        {
            return char.IsAsciiDigit(Path.GetFileName(process)[0]) && File.ReadAllText($"{process}/environ").Split('\0').Contains($"HOME={Home}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
