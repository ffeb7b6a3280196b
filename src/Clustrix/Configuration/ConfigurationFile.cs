using Clustrix.Diagnostics;

namespace Clustrix.Configuration;

/// <summary>One <c>clustrix.json</c> with the files that it extends.</summary>
/// <remarks>JSON with comments and trailing commas. Unknown names, wrong types and missing units are errors with line and column.</remarks>
public sealed class ConfigurationFile
{
    /// <summary>The file's name.</summary>
    public const string FileName = "clustrix.json";

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
        var file = await ReadAsync(path, layer, new Problem(ErrorCode.CorruptConfiguration, "", path), [], problems, cancellationToken).ConfigureAwait(false);
        return problems.Count == 0 ? file : throw new ClustrixException(problems);
    }

    // The place is where a person has to look when the file isn't there: the line that names it.
    private static async Task<ConfigurationFile> ReadAsync(
        string path, SettingLayer layer, Problem place, IReadOnlyList<string> chain, List<Problem> problems, CancellationToken cancellationToken)
    {
        var reader = new ConfigurationReader(layer, problems);
        try
        {
            reader.Read(path, await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(place with { Message = $"'{path}' can't be read: {e.Message.TrimEnd('.')}. Make it readable, or take it out." });
        }

        if (reader.Extended is not { } extended)
        {
            return ToFile(reader, null);
        }

        var target = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, extended.Path));
        if (target == path || chain.Contains(target))
        {
            problems.Add(new Problem(
                ErrorCode.CircularExtends,
                $"'{extended.Path}' extends this file in turn: {string.Join(" -> ", [.. chain, path, target])}. Take one of them out.",
                path,
                extended.Line,
                extended.Column));
            return ToFile(reader, null);
        }

        var from = new Problem(ErrorCode.CorruptConfiguration, "", path, extended.Line, extended.Column);
        return ToFile(reader, await ReadAsync(target, layer, from, [.. chain, path], problems, cancellationToken).ConfigureAwait(false));
    }

    private static ConfigurationFile ToFile(ConfigurationReader own, ConfigurationFile? extended)
    {
        var clusters = own.Clusters.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<SettingValue>)pair.Value, StringComparer.Ordinal);
        foreach (var (name, values) in extended?.NamedClusters ?? new Dictionary<string, IReadOnlyList<SettingValue>>())
        {
            clusters[name] = clusters.TryGetValue(name, out var set) ? Over(set, values) : values;
        }

        return new ConfigurationFile(Over(own.Values, extended?.Values ?? []), clusters);
    }

    private static List<SettingValue> Over(IReadOnlyList<SettingValue> own, IReadOnlyList<SettingValue> extended) =>
        [.. own, .. extended.Where(value => own.All(o => o.Setting != value.Setting))];
}
