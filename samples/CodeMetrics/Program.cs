using System.Text.Json;
using CodeMetrics;

switch (args)
{
    case ["measure", var directory]:
        Console.WriteLine(JsonSerializer.Serialize(FolderMetrics.Measure(directory)));
        return 0;

    case ["merge", .. var files]:
        var folders = files.Select(file => JsonSerializer.Deserialize<FolderMetrics>(File.ReadAllText(file))!);
        MetricsTable.Write(folders.OrderBy(folder => folder.Name, StringComparer.Ordinal), Console.Out);
        return 0;

    default:
        await Console.Error.WriteLineAsync("usage: CodeMetrics measure DIRECTORY | CodeMetrics merge FILE...");
        return 2;
}
