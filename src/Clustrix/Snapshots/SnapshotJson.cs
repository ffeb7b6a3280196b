using System.Text.Json;

namespace Clustrix.Snapshots;

/// <summary>The form in which a snapshot is kept: <c>environment.json</c>.</summary>
internal static class SnapshotJson
{
    private const int Format = 1;

    public static byte[] Write(Snapshot snapshot) => CanonicalJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("format", Format);
        json.WriteString("hash", EnvironmentHash.Of(snapshot).Value);
        json.WriteStartArray("entries");
        foreach (var entry in snapshot.Entries)
        {
            WriteEntry(json, entry);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    public static Snapshot Read(ReadOnlySpan<byte> bytes)
    {
        var json = new JsonScan(bytes);
        var format = 0;
        string? hash = null;
        var entries = new List<SnapshotEntry>();
        json.EnterObject();
        while (json.NextProperty())
        {
            if (json.Is("format"u8))
            {
                format = json.Number();
                CheckFormat(ref json, format);
            }
            else if (json.Is("hash"u8))
            {
                hash = json.Text();
            }
            else if (json.Is("entries"u8))
            {
                ReadEntries(ref json, entries);
            }
            else
            {
                json.Skip();
            }
        }

        json.End();
        CheckFormat(ref json, format);
        var snapshot = new Snapshot(entries);
        return EnvironmentHash.Of(snapshot).Value == hash
            ? snapshot
            : throw json.Fault("the entries don't match the hash, so the file was changed by hand or damaged");
    }

    private static void CheckFormat(ref JsonScan json, int format)
    {
        if (format != Format)
        {
            throw json.Fault(format == 0 ? "there is no format version" : $"its format version is {format} and this version of Clustrix knows {Format}");
        }
    }

    private static void WriteEntry(Utf8JsonWriter json, SnapshotEntry entry)
    {
        json.WriteStartObject();
        json.WriteString("kind", entry.Kind.Word());
        json.WriteString("name", entry.Name);
        json.WriteString("value", entry.Value);
        if (entry.Source is not null)
        {
            json.WriteString("source", entry.Source);
        }

        if (entry.Note is not null)
        {
            json.WriteString("note", entry.Note);
        }

        json.WriteEndObject();
    }

    private static void ReadEntries(ref JsonScan json, List<SnapshotEntry> entries)
    {
        json.EnterArray();
        while (json.NextObject())
        {
            entries.Add(ReadEntry(ref json));
        }
    }

    private static SnapshotEntry ReadEntry(ref JsonScan json)
    {
        EntryKind? kind = null;
        string? name = null, value = null, source = null, note = null;
        while (json.NextProperty())
        {
            if (json.Is("kind"u8))
            {
                var word = json.Text();
                kind = EntryWords.TryParse(word, out var known) ? known : throw json.Fault($"'{word}' is no kind of entry");
            }
            else if (json.Is("name"u8))
            {
                name = json.Text();
            }
            else if (json.Is("value"u8))
            {
                value = json.Text();
            }
            else if (json.Is("source"u8))
            {
                source = json.Text();
            }
            else if (json.Is("note"u8))
            {
                note = json.Text();
            }
            else
            {
                json.Skip();
            }
        }

        return kind is { } entryKind && name is not null && value is not null
            ? new SnapshotEntry(entryKind, name, value) { Source = source, Note = note }
            : throw json.Fault("the entry has no kind, no name or no value");
    }
}
