using System.Text;
using System.Text.Json;
using Clustrix.Runs;

namespace Clustrix.Results;

/// <summary>The artifacts directory of a run: <c>run.json</c>, <c>records/</c>, <c>summary.md</c>, and <c>items/</c> with what was collected.</summary>
public static class RunArtifacts
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    /// <summary>Writes all but the collected files, which are there already.</summary>
    /// <param name="directory">The run's artifacts directory.</param>
    /// <param name="run">The run.</param>
    /// <param name="items">What was collected.</param>
    /// <param name="summary">The text of <c>summary.md</c>.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task WriteAsync(
        string directory, RunResult run, IReadOnlyList<CollectedItem> items, string summary, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.Combine(directory, "records"));
        foreach (var item in items.Where(item => item.Result.Record is not null))
        {
            await WriteTextAsync(
                Path.Combine(directory, "records", ArtifactName.Of(item.Result.Name) + ".json"), item.Result.Record!.Json + "\n", cancellationToken).ConfigureAwait(false);
        }

        await WriteTextAsync(Path.Combine(directory, "summary.md"), summary, cancellationToken).ConfigureAwait(false);
        await WriteTextAsync(Path.Combine(directory, "run.json"), Describe(directory, run, items), cancellationToken).ConfigureAwait(false);
    }

    private static string Describe(string directory, RunResult run, IReadOnlyList<CollectedItem> items)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Indented))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteString("run", run.Run);
            json.WriteString("started", run.Started);
            json.WriteNumber("seconds", Math.Round(run.Elapsed.TotalSeconds, 2));
            json.WriteNumber("workers", run.Workers);
            json.WriteBoolean("joined", run.Joined);
            json.WriteBoolean("cancelled", run.Cancelled);
            json.WriteBoolean("passed", run.Passed);
            json.WriteStartArray("items");
            foreach (var item in items)
            {
                WriteItem(json, directory, item);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length) + "\n";
    }

    private static void WriteItem(Utf8JsonWriter json, string directory, CollectedItem item)
    {
        var result = item.Result;
        json.WriteStartObject();
        json.WriteString("name", result.Name);
        json.WriteString("outcome", result.Outcome.ToString());
        json.WriteBoolean("cached", result.Cached);
        json.WriteBoolean("flaky", result.Flaky);
        json.WriteNumber("attempts", result.Attempts);
        if (result.Record is { } record)
        {
            json.WriteNumber("exitCode", record.ExitCode);
            json.WriteNumber("signal", record.Signal);
            json.WriteString("worker", $"{record.HostName}/{record.Worker}");
            json.WriteString("started", record.Started);
            json.WriteNumber("seconds", record.Duration.TotalSeconds);
        }

        json.WriteStartArray("files");
        foreach (var file in item.Outputs)
        {
            json.WriteStartObject();
            json.WriteString("path", Path.GetRelativePath(directory, file.Path));
            json.WriteNumber("size", file.Size);
            json.WriteString("sha256", file.Digest);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static Task WriteTextAsync(string path, string text, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(path, text, cancellationToken);
}
