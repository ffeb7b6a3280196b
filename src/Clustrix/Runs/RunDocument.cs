using System.Text.Json;
using Clustrix.Diagnostics;
using Clustrix.Workloads;

namespace Clustrix.Runs;

/// <summary>
/// The file <c>workload.json</c> in a run's directory on the cluster: what a client must know to follow, collect or repeat the run
/// without the project that started it.
/// </summary>
internal static class RunDocument
{
    /// <summary>The format that this version writes and reads.</summary>
    private const int Version = 1;

    /// <summary>Writes a workload.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="slots">Cores that may be kept busy on a host; 0 for all.</param>
    public static byte[] Write(Workload workload, int slots)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteString("environment", workload.EnvironmentHash);
            json.WriteString("payload", workload.Payload.Root);
            json.WriteString("tree", workload.Payload.Tree);
            json.WriteNumber("workers", slots);
            json.WriteStartArray("items");
            foreach (var item in workload.Items)
            {
                WriteItem(json, item);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="ClustrixException">It is of a newer format (<see cref="ErrorCode.RunTooNew"/>), or can't be read.</exception>
    public static (string EnvironmentHash, string Tree, int Slots, IReadOnlyList<Item> Items) Read(string run, byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            return root.GetProperty("version").GetInt32() > Version
                ? throw new ClustrixException(ErrorCode.RunTooNew, $"Run {run} was started by a newer version of Clustrix. Update Clustrix on this machine.")
                : (Text(root, "environment"), Text(root, "tree"), root.GetProperty("workers").GetInt32(), [.. root.GetProperty("items").EnumerateArray().Select(ReadItem)]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ClustrixException(
                ErrorCode.ProtocolError, $"The description of run {run} can't be read ({e.Message}). Something else has written to the store; run the workload again.", e);
        }
    }

    private static void WriteItem(Utf8JsonWriter json, Item item)
    {
        json.WriteStartObject();
        json.WriteString("name", item.Name);
        json.WriteString("command", item.Command);
        json.WriteString("workingDirectory", item.WorkingDirectory);
        json.WriteNumber("timeoutTicks", item.Timeout.Ticks);
        json.WriteNumber("cpus", item.Cpus);
        json.WriteNumber("nodes", item.Nodes);
        json.WriteNumber("memory", item.Memory);
        json.WriteNumber("retries", item.Retries);
        WriteTexts(json, "retryOn", RetryCausesText.Write(item.RetryOn));
        WriteTexts(json, "outputs", item.Outputs);
        WriteTexts(json, "modules", item.Modules);
        WriteTexts(json, "setup", item.Setup);
        json.WriteStartObject("environment");
        foreach (var (name, value) in item.Environment.OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static Item ReadItem(JsonElement item) => new()
    {
        Name = Text(item, "name"),
        Command = Text(item, "command"),
        WorkingDirectory = Text(item, "workingDirectory"),
        Timeout = TimeSpan.FromTicks(item.GetProperty("timeoutTicks").GetInt64()),
        Cpus = item.GetProperty("cpus").GetInt32(),
        Nodes = item.TryGetProperty("nodes", out var nodes) ? nodes.GetInt32() : 1,
        Memory = item.GetProperty("memory").GetInt64(),
        Retries = item.GetProperty("retries").GetInt32(),
        RetryOn = RetryCausesText.Read(Texts(item, "retryOn")),
        Outputs = Texts(item, "outputs"),
        Modules = Texts(item, "modules"),
        Setup = Texts(item, "setup"),
        Environment = item.GetProperty("environment").EnumerateObject().ToDictionary(variable => variable.Name, variable => variable.Value.GetString()!, StringComparer.Ordinal),
    };

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static string[] Texts(JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
