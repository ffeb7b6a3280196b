using System.Globalization;
using System.Text;
using System.Text.Json;
using Clustrix.Diagnostics;

namespace Clustrix.Configuration;

/// <summary>Reads one <c>clustrix.json</c>, without those that it extends. What is wrong becomes a problem, and the reading goes on.</summary>
internal sealed class ConfigurationReader(SettingLayer layer, List<Problem> problems)
{
    private const string ExtendsName = "extends";
    private const string ClustersName = "clusters";
    private const string SchemaName = "$schema";

    private static readonly JsonReaderOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
    private static readonly string[] TopNames = [.. SettingsSchema.All.Select(setting => setting.JsonName), ExtendsName, ClustersName, SchemaName];
    private static readonly string[] ClusterNames = [.. SettingsSchema.All.Where(setting => setting.IsOfCluster).Select(setting => setting.JsonName)];

    private readonly Dictionary<string, int?> _clustersAt = new(StringComparer.Ordinal);

    /// <summary>The settings at the top.</summary>
    public List<SettingValue> Values { get; } = [];

    /// <summary>The settings of each named cluster.</summary>
    public Dictionary<string, List<SettingValue>> Clusters { get; } = new(StringComparer.Ordinal);

    /// <summary>The path that the file extends, as written, and where it says so.</summary>
    public (string Path, int Line, int Column)? Extended { get; private set; }

    /// <summary>Reads the content of the file.</summary>
    public void Read(string path, byte[] bytes)
    {
        // Editors don't count the mark, and the parser doesn't know it.
        var content = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        var places = new JsonPlaces(path, content);
        var reader = new Utf8JsonReader(content, Options);
        try
        {
            ReadFile(ref reader, places);
        }
        catch (JsonException e)
        {
            var reason = e.Message.Split(". LineNumber:")[0];
            problems.Add(new Problem(ErrorCode.CorruptConfiguration, $"The file is no JSON: {reason}. Mend it.", path, (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1));
        }
        catch (InvalidOperationException)
        {
            Report(places, reader.TokenStartIndex, ErrorCode.CorruptConfiguration, "The text here is no valid Unicode. Save the file as UTF-8.");
        }
    }

    private void ReadFile(ref Utf8JsonReader reader, JsonPlaces places)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            Report(places, reader.TokenStartIndex, ErrorCode.CorruptConfiguration, "The file has to hold one object: { … }.");
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadTop(ref reader, places);
        }

        // Finds out whether something follows that doesn't belong there.
        reader.Read();
    }

    private void ReadTop(ref Utf8JsonReader reader, JsonPlaces places)
    {
        var at = reader.TokenStartIndex;
        var name = reader.GetString()!;
        reader.Read();
        switch (name)
        {
            case SchemaName:
                reader.Skip();
                break;
            case ExtendsName when reader.TokenType == JsonTokenType.String && reader.GetString() is { Length: > 0 } path:
                var (line, column) = places.Of(reader.TokenStartIndex);
                Extended = (path, line, column);
                break;
            case ClustersName when reader.TokenType == JsonTokenType.StartObject:
                ReadClusters(ref reader, places);
                break;
            case ExtendsName or ClustersName:
                Report(places, reader.TokenStartIndex, ErrorCode.BadValue, name == ExtendsName ? "'extends' takes the path of one file." : "'clusters' takes an object: one entry for each cluster.");
                reader.Skip();
                break;
            default:
                ReadSetting(ref reader, places, at, name, TopNames, Values, name);
                break;
        }
    }

    private void ReadClusters(ref Utf8JsonReader reader, JsonPlaces places)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var at = reader.TokenStartIndex;
            var cluster = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                Report(places, reader.TokenStartIndex, ErrorCode.BadValue, $"Cluster '{cluster}' takes an object: {{ \"hosts\": [\"…\"], … }}.");
                reader.Skip();
                continue;
            }

            if (!_clustersAt.TryAdd(cluster, places.Of(at).Line))
            {
                ReportTwice(places, at, $"{ClustersName}.{cluster}", _clustersAt[cluster]);
                reader.Skip();
                continue;
            }

            var values = Clusters[cluster] = [];
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                ReadClusterEntry(ref reader, places, cluster, values);
            }
        }
    }

    private void ReadClusterEntry(ref Utf8JsonReader reader, JsonPlaces places, string cluster, List<SettingValue> values)
    {
        var at = reader.TokenStartIndex;
        var name = reader.GetString()!;
        reader.Read();
        ReadSetting(ref reader, places, at, name, ClusterNames, values, $"{ClustersName}.{cluster}.{name}");
    }

    private void ReadSetting(ref Utf8JsonReader reader, JsonPlaces places, long at, string name, string[] known, List<SettingValue> values, string fullName)
    {
        var setting = known.Contains(name) ? SettingsSchema.All.First(s => s.JsonName == name) : null;
        if (setting is null)
        {
            Report(places, at, ErrorCode.UnknownSetting, $"There is no setting '{fullName}'. {NearestName.Hint(name, known)}");
            reader.Skip();
            return;
        }

        var valueAt = reader.TokenStartIndex;
        var texts = ReadTexts(ref reader, setting);
        var fault = texts is null ? $"{setting.Name} takes {Takes(setting)}."
            : setting.Fault(texts) ?? texts.Select(setting.Fault).FirstOrDefault(f => f is not null);
        if (fault is not null)
        {
            Report(places, valueAt, setting.FaultCode, fault);
            return;
        }

        if (values.Find(value => value.Setting == setting) is { } first)
        {
            ReportTwice(places, at, fullName, first.Origin.Line);
            return;
        }

        var (line, column) = places.Of(at);
        values.Add(new SettingValue(setting, texts!, new SettingOrigin(layer, fullName, places.File, line, column)));
    }

    private static List<string>? ReadTexts(ref Utf8JsonReader reader, Setting setting)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String when setting.Kind is not (SettingKind.List or SettingKind.Switch or SettingKind.Count):
                return [reader.GetString()!];
            case JsonTokenType.True or JsonTokenType.False when setting.Kind == SettingKind.Switch:
                return [reader.TokenType == JsonTokenType.True ? "true" : "false"];
            case JsonTokenType.Number when setting.Kind is SettingKind.Count or SettingKind.Duration or SettingKind.Size:
                return [Encoding.UTF8.GetString(reader.ValueSpan)];
            case JsonTokenType.StartArray when setting.Kind == SettingKind.List:
                return ReadList(ref reader);
            default:
                reader.Skip();
                return null;
        }
    }

    private static List<string>? ReadList(ref Utf8JsonReader reader)
    {
        var texts = new List<string>();
        var clean = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                texts.Add(reader.GetString()!);
            }
            else
            {
                clean = false;
                reader.Skip();
            }
        }

        return clean ? texts : null;
    }

    private static string Takes(Setting setting) => setting.Kind switch
    {
        SettingKind.Switch => "true or false, without quotes",
        SettingKind.Count => "a whole number, without quotes",
        SettingKind.Duration => $"a length of time in quotes, such as {Duration.Examples}",
        SettingKind.Size => $"a size in quotes, such as {ByteSize.Examples}",
        SettingKind.Choice => $"{string.Join(" or ", setting.Choices!)}, in quotes",
        SettingKind.List => "a list of texts: [\"…\", \"…\"]",
        _ => "a text in quotes",
    };

    // Of two, JSON lets the last one count, and whoever reads the file may see the first.
    private void ReportTwice(JsonPlaces places, long at, string name, int? line) =>
        Report(places, at, ErrorCode.BadValue, string.Create(CultureInfo.InvariantCulture, $"'{name}' is there twice, in line {line} too. Leave one of them out."));

    private void Report(JsonPlaces places, long position, ErrorCode code, string message)
    {
        var (line, column) = places.Of(position);
        problems.Add(new Problem(code, message, places.File, line, column));
    }
}
