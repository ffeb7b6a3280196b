using System.Text.Json;
using Clustrix.Stores;

namespace Clustrix.Results;

/// <summary>What a push did, or would do, as properties of a JSON object for machines.</summary>
public static class PushDocument
{
    /// <summary>Writes what a push would send.</summary>
    public static void Write(Utf8JsonWriter json, PushPlan plan)
    {
        Write(json, dryRun: true, plan.Root, plan.Files.Count, plan.Bytes, plan.FilesReused);
        json.WriteStartArray("paths");
        foreach (var file in plan.Files)
        {
            json.WriteStringValue(file.Path);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes what a push has sent.</summary>
    /// <param name="json">Gets the properties.</param>
    /// <param name="push">The push.</param>
    /// <param name="root">The payload's root digest.</param>
    public static void Write(Utf8JsonWriter json, PushResult push, string root) =>
        Write(json, dryRun: false, root, push.FilesSent, push.ContentBytesSent, push.FilesReused);

    private static void Write(Utf8JsonWriter json, bool dryRun, string root, int files, long bytes, int reused)
    {
        json.WriteBoolean("dryRun", dryRun);
        json.WriteString("root", root);
        json.WriteNumber("files", files);
        json.WriteNumber("bytes", bytes);
        json.WriteNumber("reused", reused);
    }
}
