using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Clustrix.Configuration;

/// <summary>Writes the JSON schema of <c>clustrix.json</c>, for editors.</summary>
public static class ConfigurationSchema
{
    /// <summary>The schema, draft 2020-12, made of <see cref="SettingsSchema"/>.</summary>
    public static string Write()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            json.WriteString("title", "clustrix.json");
            WriteObject(json, SettingsSchema.All, WriteTop);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length) + "\n";
    }

    private static void WriteTop(Utf8JsonWriter json)
    {
        WriteText(json, "$schema", "The address of this schema.");
        WriteText(json, "extends", "Another file, relative to this one: what this one doesn't set is taken from there.");
        json.WriteStartObject("clusters");
        json.WriteString("type", "object");
        json.WriteString("description", "Clusters by name.");
        json.WriteStartObject("additionalProperties");
        WriteObject(json, SettingsSchema.All.Where(setting => setting.IsOfCluster), _ => { });
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteObject(Utf8JsonWriter json, IEnumerable<Setting> settings, Action<Utf8JsonWriter> more)
    {
        json.WriteString("type", "object");
        json.WriteBoolean("additionalProperties", false);
        json.WriteStartObject("properties");
        more(json);
        foreach (var setting in settings)
        {
            WriteSetting(json, setting);
        }

        json.WriteEndObject();
    }

    private static void WriteSetting(Utf8JsonWriter json, Setting setting)
    {
        json.WriteStartObject(setting.JsonName);
        json.WriteString("description", setting.Help);
        json.WriteString("type", setting.Kind switch
        {
            SettingKind.Switch => "boolean",
            SettingKind.Count => "integer",
            SettingKind.List => "array",
            _ => "string",
        });
        switch (setting.Kind)
        {
            case SettingKind.Count:
                json.WriteNumber("minimum", setting.Minimum);
                break;
            case SettingKind.Choice:
                json.WriteString("pattern", setting.ChoicePattern);
                break;
            case SettingKind.List:
                if (setting.Minimum > 0)
                {
                    json.WriteNumber("minItems", setting.Minimum);
                }

                json.WriteStartObject("items");
                json.WriteString("type", "string");
                if (setting.Choices is not null)
                {
                    json.WriteString("pattern", setting.ChoicePattern);
                }

                json.WriteEndObject();
                break;
            case SettingKind.Duration:
                json.WriteString("pattern", @"^\s*((\d+(\.\d+)?(ms|s|m|h|d))+|(\d+\.)?\d{1,2}:\d\d:\d\d)\s*$");
                break;
            case SettingKind.Size:
                json.WriteString("pattern", @"^\s*\d+(\.\d+)? ?([KMGTkmgt][Ii]?[Bb]?|[Bb])\s*$");
                break;
        }

        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string description)
    {
        json.WriteStartObject(name);
        json.WriteString("description", description);
        json.WriteString("type", "string");
        json.WriteEndObject();
    }
}
