using System.Diagnostics;
using System.Text;

namespace Clustrix.Chaos.Wire;

/// <summary>
/// A process between a client and the program by which it reaches a host. It passes on what they say, knows the requests by their first words,
/// and stands still at one point of the conversation until it is told how to go on.
/// </summary>
internal sealed class Relay
{
    private const int Chunk = 64 * 1024;
    private const string Unpack = "unpack";

    private readonly Wiretap _tap;
    private readonly (string Request, int Occurrence, Moment Moment, int Bytes) _point;
    private readonly Process _process;
    private readonly bool _isUnpack;
    private volatile bool _isAnswered = true;
    private volatile bool _isAtPoint;

    private Relay(string tap, string program, string[] arguments)
    {
        _tap = new Wiretap(tap);
        _point = _tap.Read();

        // A stream that goes to a shell of its own has no first word.
        _isUnpack = arguments.Any(argument => argument.Contains($" {Unpack} ", StringComparison.Ordinal));
        _process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    /// <summary>Runs the program in the client's stead.</summary>
    /// <param name="arguments">The wiretap's directory, the program, and its arguments.</param>
    /// <returns>The program's exit code.</returns>
    public static int Run(string[] arguments)
    {
        var relay = new Relay(arguments[0], arguments[1], arguments[2..]);
        new Thread(relay.CarryRequests) { IsBackground = true }.Start();
        relay.CarryAnswers();
        relay._process.WaitForExit();
        return relay._process.ExitCode;
    }

    private void CarryRequests()
    {
        using var from = Console.OpenStandardInput();
        using var to = _process.StandardInput.BaseStream;
        var buffer = new byte[Chunk];
        var passed = 0;
        try
        {
            for (int read; (read = from.Read(buffer)) > 0; passed += read)
            {
                var isFirst = _isAnswered;
                if (isFirst)
                {
                    _isAnswered = false;
                    passed = 0;
                    var request = _isUnpack ? Unpack : NameOf(buffer.AsSpan(0, read));
                    _isAtPoint = _tap.Count(request) == _point.Occurrence && request == _point.Request;
                }

                var before = _isAtPoint ? Math.Clamp(_point.Moment switch { Moment.Before => 0, Moment.Within => _point.Bytes - passed, _ => read }, 0, read) : read;
                to.Write(buffer, 0, before);
                to.Flush();
                if (before < read || (isFirst && Is(Moment.Sent)))
                {
                    Hold();
                    to.Write(buffer, before, read - before);
                    to.Flush();
                }
            }
        }
        catch (IOException)
        {
            // The program has ended; its last words go to the client by the other way.
        }
    }

    private void CarryAnswers()
    {
        using var to = Console.OpenStandardOutput();
        var from = _process.StandardOutput.BaseStream;
        var buffer = new byte[Chunk];
        try
        {
            for (int read; (read = from.Read(buffer)) > 0;)
            {
                if (Is(Moment.Answered))
                {
                    Hold();
                }

                _isAnswered = true;
                to.Write(buffer, 0, read);
                to.Flush();
            }
        }
        catch (IOException)
        {
            // Nobody listens any more.
        }
    }

    private bool Is(Moment moment) => _isAtPoint && _point.Moment == moment;

    // An end is one as by a client's death: the program's input closes with this process.
    private void Hold()
    {
        _isAtPoint = false;
        if (!_tap.Hold())
        {
            Environment.Exit(0);
        }
    }

    private static string NameOf(ReadOnlySpan<byte> request) => request.StartsWith("#!"u8)
        ? "program"
        : Encoding.ASCII.GetString(request[..Math.Max(0, request.IndexOfAny((byte)' ', (byte)'\n'))]);
}
