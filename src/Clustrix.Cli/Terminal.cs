using System.Text;
using Microsoft.Win32.SafeHandles;
using Spectre.Console;

namespace Clustrix.Cli;

/// <summary>Where the tool writes: results to standard output; progress, notes and problems to standard error.</summary>
internal sealed class Terminal : IDisposable
{
    private const int UsualWidth = 120;

    private readonly IReadOnlyDictionary<string, string> _environment;

    public Terminal(IReadOnlyDictionary<string, string> environment)
    {
        _environment = environment;
        Output = new StreamWriter(OpenOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 14) { AutoFlush = false, NewLine = "\n" };
        Error = Console.Error;
    }

    /// <summary>Standard output; has to be flushed.</summary>
    public StreamWriter Output { get; }

    /// <summary>Standard error.</summary>
    public TextWriter Error { get; }

    /// <summary>Whether the results go to machines: one JSON document on standard output.</summary>
    public bool Json { get; set; }

    /// <summary>Whether somebody looks at standard error and it can be drawn on.</summary>
    public bool IsInteractive { get; } = !Console.IsErrorRedirected && !Console.IsOutputRedirected;

    /// <summary>Whether colours may be used.</summary>
    public bool HasColors => IsInteractive && _environment.GetValueOrDefault("NO_COLOR", "").Length == 0 && _environment.GetValueOrDefault("TERM", "") is not ("" or "dumb");

    /// <summary>Columns; as many as a line may well have where nobody looks.</summary>
    public int Width { get; } = Console.IsOutputRedirected ? UsualWidth : Math.Max(Console.WindowWidth, 1);

    /// <summary>Standard output for tables.</summary>
    public IAnsiConsole NewConsole()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Detect,
            ColorSystem = HasColors ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        console.Profile.Width = Width;
        return console;
    }

    /// <inheritdoc/>
    public void Dispose() => Output.Dispose();

    // The framework's own stream keeps quiet about a reader that is gone, and the tool would go on writing to nobody. A file is shared
    // with child processes, which append to it: there the framework's stream is the right one.
    private static Stream OpenOutput()
    {
        var handle = new SafeFileHandle(1, ownsHandle: false);
        try
        {
            var stream = new FileStream(handle, FileAccess.Write, bufferSize: 0);
            return stream.CanSeek ? Console.OpenStandardOutput() : stream;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return Console.OpenStandardOutput();
        }
    }
}
