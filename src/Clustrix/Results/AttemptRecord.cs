using System.Globalization;
using System.Text;
using System.Text.Json;
using Clustrix.Diagnostics;
using Clustrix.Node;

namespace Clustrix.Results;

/// <summary>The account of one attempt at an item, as its worker published it. It is the truth about the item, whatever a scheduler says.</summary>
/// <param name="Run">The run in which the attempt was made; another than the one at hand when the result was reused.</param>
/// <param name="Item">The item's number in that run, from 0.</param>
/// <param name="Attempt">Which attempt it was, from 1.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="ExitCode">The command's exit code; 0 when a signal ended it.</param>
/// <param name="Signal">The signal that ended the command; 0 when none did.</param>
/// <param name="Worker">The worker's number on its host.</param>
/// <param name="HostName">The name of the host.</param>
/// <param name="Started">When the command was started, by the host's clock.</param>
/// <param name="Duration">How long it ran, by a clock that no adjustment moves; to 10 ms.</param>
/// <param name="MissingPatterns">Output patterns that matched nothing.</param>
/// <param name="Files">Logs and outputs.</param>
/// <param name="Directory">The attempt's directory, relative to the store's root.</param>
public sealed record AttemptRecord(
    string Run,
    int Item,
    int Attempt,
    Outcome Outcome,
    int ExitCode,
    int Signal,
    string Worker,
    string HostName,
    DateTimeOffset Started,
    TimeSpan Duration,
    IReadOnlyList<string> MissingPatterns,
    IReadOnlyList<RecordedFile> Files,
    string Directory)
{
    // A run may have very many of them: half as long as the text.
    private readonly byte[] _json = [];

    /// <summary>The record format that this version writes and reads.</summary>
    public const int Version = 1;

    /// <summary>The record as it was published, one line.</summary>
    public string Json
    {
        get => Encoding.UTF8.GetString(_json);
        init => _json = Encoding.UTF8.GetBytes(value);
    }

    /// <summary>What ended the attempt beside the item itself.</summary>
    public AttemptCause Cause { get; init; }

    /// <summary>Whether the attempt was made with nothing beside it on its host, because two workers had died under the item.</summary>
    public bool Alone { get; init; }

    /// <summary>Which step before the command ended the attempt, from 1; 0 when none did. See <see cref="Workloads.Item.Steps"/>.</summary>
    public int Step { get; init; }

    /// <summary>Reads a record.</summary>
    /// <exception cref="ClustrixException">The line is no record (<see cref="ErrorCode.ProtocolError"/>), or one of a newer format (<see cref="ErrorCode.RunTooNew"/>).</exception>
    public static AttemptRecord Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.GetProperty("v").GetInt32() > Version)
            {
                throw new ClustrixException(ErrorCode.RunTooNew, "A record was written by a newer version of Clustrix. Update Clustrix on this machine.");
            }

            return new AttemptRecord(
                Shared(root, "run"),
                root.GetProperty("item").GetInt32(),
                root.GetProperty("attempt").GetInt32(),
                Enum.Parse<Outcome>(Text(root, "outcome")),
                root.GetProperty("exit").GetInt32(),
                root.GetProperty("signal").GetInt32(),
                Shared(root, "worker"),
                Shared(root, "host"),
                DateTimeOffset.UnixEpoch + Seconds(root, "started"),
                Seconds(root, "seconds"),
                [.. root.GetProperty("missing").EnumerateArray().Select(e => ShellText.Unescape(e.GetString()!))],
                [.. root.GetProperty("files").EnumerateArray().Select(ReadFile)],
                Text(root, "dir"))
            {
                Json = json,
                Cause = root.TryGetProperty("cause", out var cause) ? Enum.Parse<AttemptCause>(cause.GetString()!) : AttemptCause.None,
                Alone = root.TryGetProperty("alone", out var alone) && alone.GetBoolean(),
                Step = root.TryGetProperty("step", out var step) ? step.GetInt32() : 0,
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new ClustrixException(
                ErrorCode.ProtocolError,
                $"A record can't be read ({e.Message}): {json[..Math.Min(json.Length, 200)]}. Something else writes to the store; run again with ClustrixReuseResults=false.",
                e);
        }
    }

    private static RecordedFile ReadFile(JsonElement file)
    {
        var isUtf8 = ShellText.TryUnescape(Text(file, "path"), out var path);
        return new RecordedFile(path, file.GetProperty("size").GetInt64(), Text(file, "sha256")) { IsUtf8 = isUtf8 };
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    // What all records of a run or a host have in common.
    private static string Shared(JsonElement element, string name) => string.Intern(Text(element, name));

    private static TimeSpan Seconds(JsonElement element, string name) =>
        TimeSpan.FromTicks((long)(decimal.Parse(element.GetProperty(name).GetRawText(), CultureInfo.InvariantCulture) * TimeSpan.TicksPerSecond));
}
