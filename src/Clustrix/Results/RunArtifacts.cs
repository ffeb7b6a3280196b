using System.Text.Json;
using Clustrix.Diagnostics;

namespace Clustrix.Results;

/// <summary>The artifacts directory of a run: <c>run.json</c>, <c>records/</c>, <c>summary.md</c>, <c>report.html</c>, and <c>items/</c> with what was collected.</summary>
public static class RunArtifacts
{
    private const int BytesAtOnce = 1 << 16;
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    /// <summary>Makes sure that a run's results can be written, before it is begun.</summary>
    /// <param name="artifacts">The directory under which the run will have its own, absolute.</param>
    /// <exception cref="ClustrixException">They can't (<see cref="ErrorCode.ArtifactsNotWritable"/>).</exception>
    public static void Prepare(string artifacts)
    {
        try
        {
            Directory.CreateDirectory(artifacts);
            using var probe = new FileStream(Path.Combine(artifacts, $".{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClustrixException(
                ErrorCode.ArtifactsNotWritable, $"'{artifacts}' can't be written: {e.Message.TrimEnd('.')}. Free some space or set ClustrixArtifactsDirectory; nothing was run.", e);
        }
    }

    /// <summary>Writes all but the collected files, which are there already.</summary>
    /// <param name="report">The run and what came of it.</param>
    /// <param name="environmentHash">The digest of the snapshot.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="ClustrixException">The directory can't be written (<see cref="ErrorCode.ArtifactsNotWritable"/>).</exception>
    public static async Task WriteAsync(RunReport report, string environmentHash, CancellationToken cancellationToken)
    {
        try
        {
            var records = Directory.CreateDirectory(Path.Combine(report.Directory, "records")).FullName;
            foreach (var item in report.Items.Where(item => item.Result.Record is not null))
            {
                await WriteAsync(records, ArtifactName.Of(item.Result.Name) + ".json", item.Result.Record!.Json + "\n", cancellationToken).ConfigureAwait(false);
            }

            await WriteAsync(report.Directory, "summary.md", Summary.Write(report, environmentHash), cancellationToken).ConfigureAwait(false);
            await WriteAsync(report.Directory, "report.html", HtmlReport.Write(report), cancellationToken).ConfigureAwait(false);
            await DescribeAsync(report, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClustrixException(
                ErrorCode.ArtifactsNotWritable,
                $"'{report.Directory}' can't be written: {e.Message.TrimEnd('.')}. Free some space or set ClustrixArtifactsDirectory; the results are still in the store.",
                e);
        }
    }

    // Item by item: of very many, the text isn't held in memory.
    private static async Task DescribeAsync(RunReport report, CancellationToken cancellationToken)
    {
        var run = report.Run;
        var file = new FileStream(Path.Combine(report.Directory, "run.json"), FileMode.Create, FileAccess.Write, FileShare.Read, BytesAtOnce);
        await using (file.ConfigureAwait(false))
        {
            var json = new Utf8JsonWriter(file, Indented);
            await using (json.ConfigureAwait(false))
            {
                json.WriteStartObject();
                json.WriteNumber("version", 1);
                json.WriteString("run", run.Run);
                json.WriteString("started", run.Started);
                json.WriteNumber("seconds", Math.Round(run.Elapsed.TotalSeconds, 2));
                json.WriteNumber("workers", run.Workers);
                json.WriteNumber("schedulerCalls", run.SchedulerCalls);
                json.WriteBoolean("joined", run.Joined);
                json.WriteBoolean("cancelled", run.Cancelled);
                if (run.CancelledBy.Length > 0)
                {
                    json.WriteString("cancelledBy", run.CancelledBy);
                }

                json.WriteBoolean("passed", report.IsWhole);
                json.WriteStartArray("items");
                foreach (var item in report.Items)
                {
                    WriteItem(json, report.Directory, item);
                    if (json.BytesPending > BytesAtOnce)
                    {
                        await json.FlushAsync(cancellationToken).ConfigureAwait(false);
                    }
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            file.WriteByte((byte)'\n');
        }
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
            WriteRecord(json, record);
        }

        json.WriteStartArray("otherAttempts");
        foreach (var attempt in result.OtherAttempts)
        {
            WriteAttempt(json, attempt);
        }

        json.WriteEndArray();
        if (item.NotCollected is { } notCollected)
        {
            json.WriteString("notCollected", $"{notCollected.Code.ToText()}: {notCollected.Message}");
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

    private static void WriteAttempt(Utf8JsonWriter json, Attempt attempt)
    {
        json.WriteStartObject();
        json.WriteNumber("attempt", attempt.Number);
        json.WriteString("outcome", attempt.Outcome.ToString());
        if (attempt.Cause != AttemptCause.None)
        {
            json.WriteString("cause", attempt.Cause.ToString());
        }

        if (attempt.Record is { } record)
        {
            WriteRecord(json, record);
        }

        json.WriteEndObject();
    }

    private static void WriteRecord(Utf8JsonWriter json, AttemptRecord record)
    {
        json.WriteNumber("exitCode", record.ExitCode);
        json.WriteNumber("signal", record.Signal);
        json.WriteString("worker", $"{record.HostName}/{record.Worker}");
        json.WriteString("started", record.Started);
        json.WriteNumber("seconds", record.Duration.TotalSeconds);
    }

    private static Task WriteAsync(string directory, string name, string text, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(Path.Combine(directory, name), text, cancellationToken);
}
