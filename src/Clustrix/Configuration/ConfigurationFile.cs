using System.Text.Json;
using Clustrix.Diagnostics;

namespace Clustrix.Configuration;

/// <summary>One <c>clustrix.json</c> with the files that it extends.</summary>
/// <remarks>JSON with comments and trailing commas. Unknown names, wrong types and missing units are errors with line and column.</remarks>
public sealed class ConfigurationFile
{
    /// <summary>The file's name.</summary>
    public const string FileName = "clustrix.json";

    private const string Extends = "extends";
    private const string Clusters = "clusters";
    private const string Schema = "$schema";
    private const string Type = "type";

    private ConfigurationFile(IReadOnlyList<SettingValue> values, IReadOnlyDictionary<string, IReadOnlyList<SettingValue>> clusters)
    {
        Values = values;
        NamedClusters = clusters;
    }

    /// <summary>The settings at the top of the file, and those of the files that it extends where it doesn't set them itself.</summary>
    public IReadOnlyList<SettingValue> Values { get; }

    /// <summary>The settings of each named cluster.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<SettingValue>> NamedClusters { get; }

    /// <summary>Reads a file and those that it extends.</summary>
    /// <param name="path">The file, absolute.</param>
    /// <param name="layer">The layer that the file is.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="ClustrixException">Everything that is wrong in the files, at once.</exception>
    public static async Task<ConfigurationFile> ReadAsync(string path, SettingLayer layer, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        var file = await ReadAsync(path, layer, [], problems, cancellationToken).ConfigureAwait(false);
        return problems.Count == 0 ? file : throw new ClustrixException(problems);
    }

    private static async Task<ConfigurationFile> ReadAsync(
        string path, SettingLayer layer, IReadOnlyList<string> chain, List<Problem> problems, CancellationToken cancellationToken)
    {
        var content = new Content(layer, problems);
        try
        {
            content.Read(path, await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));
        }
        catch (JsonException e)
        {
            problems.Add(new Problem(
                ErrorCode.CorruptConfiguration, $"The file is no JSON: {e.Message.Split(". Path:")[0]}. Mend it; 'clustrix config check' tells when it is whole.", path, (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new Problem(ErrorCode.CorruptConfiguration, $"'{path}' can't be read: {e.Message}.", chain.Count > 0 ? chain[^1] : path));
        }

        if (content.Base is not { } extended)
        {
            return content.ToFile(null);
        }

        var target = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, extended.Path));
        if (target == path || chain.Contains(target))
        {
            problems.Add(new Problem(
                ErrorCode.CircularExtends, $"'{extended.Path}' extends this file in turn: {string.Join(" -> ", [.. chain, path, target])}. Take one of them out.", path, extended.Line, extended.Column));
            return content.ToFile(null);
        }

        return content.ToFile(await ReadAsync(target, layer, [.. chain, path], problems, cancellationToken).ConfigureAwait(false));
    }

    // What is read of one file, without those that it extends.
    private sealed class Content(SettingLayer layer, List<Problem> problems)
    {
        private static readonly JsonReaderOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        private static readonly string[] TopNames = [.. SettingsSchema.All.Select(setting => setting.JsonName), Extends, Clusters, Schema];
        private static readonly string[] ClusterNames = [.. SettingsSchema.All.Where(setting => setting.Scope is SettingScope.Cluster or SettingScope.Item).Select(setting => setting.JsonName), Type];

        private readonly List<SettingValue> _values = [];
        private readonly Dictionary<string, List<SettingValue>> _clusters = new(StringComparer.Ordinal);

        public (string Path, int Line, int Column)? Base { get; private set; }

        public void Read(string path, byte[] bytes)
        {
            var places = new JsonPlaces(path, bytes);
            var reader = new Utf8JsonReader(bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsSpan(3) : bytes, Options);
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

            reader.Read();
        }

        public ConfigurationFile ToFile(ConfigurationFile? extended)
        {
            var clusters = _clusters.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<SettingValue>)pair.Value, StringComparer.Ordinal);
            foreach (var (name, values) in extended?.NamedClusters ?? new Dictionary<string, IReadOnlyList<SettingValue>>())
            {
                clusters[name] = clusters.TryGetValue(name, out var own) ? Over(own, values) : values;
            }

            return new ConfigurationFile(Over(_values, extended?.Values ?? []), clusters);
        }

        private static List<SettingValue> Over(IReadOnlyList<SettingValue> own, IReadOnlyList<SettingValue> extended) =>
            [.. own, .. extended.Where(value => own.All(o => o.Setting != value.Setting))];

        private void ReadTop(ref Utf8JsonReader reader, JsonPlaces places)
        {
            var at = reader.TokenStartIndex;
            var name = reader.GetString()!;
            reader.Read();
            switch (name)
            {
                case Schema:
                    reader.Skip();
                    break;
                case Extends when reader.TokenType == JsonTokenType.String:
                    var (line, column) = places.Of(reader.TokenStartIndex);
                    Base = (reader.GetString()!, line, column);
                    break;
                case Clusters when reader.TokenType == JsonTokenType.StartObject:
                    ReadClusters(ref reader, places);
                    break;
                case Extends or Clusters:
                    Report(places, at, ErrorCode.BadValue, name == Extends ? "'extends' takes the path of one file." : "'clusters' takes an object: one entry for each cluster.");
                    reader.Skip();
                    break;
                default:
                    ReadSetting(ref reader, places, at, name, TopNames, _values, name);
                    break;
            }
        }

        private void ReadClusters(ref Utf8JsonReader reader, JsonPlaces places)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var cluster = reader.GetString()!;
                var at = reader.TokenStartIndex;
                reader.Read();
                if (reader.TokenType != JsonTokenType.StartObject)
                {
                    Report(places, at, ErrorCode.BadValue, $"Cluster '{cluster}' takes an object: {{ \"type\": \"local\", … }}.");
                    reader.Skip();
                    continue;
                }

                var values = _clusters[cluster] = [];
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
            if (name != Type)
            {
                ReadSetting(ref reader, places, at, name, ClusterNames, values, $"{Clusters}.{cluster}.{name}");
            }
            else if (reader.TokenType != JsonTokenType.String || reader.GetString() != "local")
            {
                Report(places, reader.TokenStartIndex, ErrorCode.UnknownCluster, $"Cluster '{cluster}' is of a type that this version doesn't know. There is: local.");
                reader.Skip();
            }
        }

        private void ReadSetting(ref Utf8JsonReader reader, JsonPlaces places, long at, string name, string[] known, List<SettingValue> values, string fullName)
        {
            var setting = SettingsSchema.All.FirstOrDefault(s => s.JsonName == name && known.Contains(name));
            if (setting is null)
            {
                Report(places, at, ErrorCode.UnknownSetting, $"There is no setting '{fullName}'. {NearestName.Hint(name, known)}");
                reader.Skip();
                return;
            }

            var valueAt = reader.TokenStartIndex;
            var texts = ReadTexts(ref reader, setting);
            var fault = texts is null ? $"{setting.Name} takes {Takes(setting)}." : texts.Select(setting.Fault).FirstOrDefault(f => f is not null);
            if (fault is not null)
            {
                Report(places, valueAt, setting.FaultCode, fault);
                return;
            }

            var (line, column) = places.Of(at);
            values.RemoveAll(value => value.Setting == setting);
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
                    return [System.Text.Encoding.UTF8.GetString(reader.ValueSpan)];
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
            SettingKind.List => "a list of texts: [\"…\", \"…\"]",
            _ => "a text in quotes",
        };

        private void Report(JsonPlaces places, long position, ErrorCode code, string message)
        {
            var (line, column) = places.Of(position);
            problems.Add(new Problem(code, message, places.File, line, column));
        }
    }
}
