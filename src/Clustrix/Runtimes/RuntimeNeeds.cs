using System.Text.Json;
using Clustrix.Workloads;

namespace Clustrix.Runtimes;

/// <summary>Finds out which frameworks the programs of a payload need, from their <c>runtimeconfig.json</c>.</summary>
internal static class RuntimeNeeds
{
    private const string Suffix = ".runtimeconfig.json";

    /// <summary>The needs of all programs that don't bring a runtime of their own.</summary>
    /// <param name="payload">The payload; the files are read where they lie on this machine.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<IReadOnlyList<FrameworkNeed>> OfAsync(Payload payload, CancellationToken cancellationToken)
    {
        var needs = new List<FrameworkNeed>();
        foreach (var file in payload.Files.Where(file => file is { Kind: FileKind.File, Source: not null } && file.Path.EndsWith(Suffix, StringComparison.Ordinal)))
        {
            needs.AddRange(Read(file.Path, await File.ReadAllBytesAsync(file.Source!, cancellationToken).ConfigureAwait(false)));
        }

        return needs;
    }

    // What isn't what .NET writes is no matter of ours: the program's own host will say so.
    private static List<FrameworkNeed> Read(string program, byte[] bytes)
    {
        var needs = new List<FrameworkNeed>();
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (!document.RootElement.TryGetProperty("runtimeOptions", out var options))
            {
                return needs;
            }

            var rollForward = options.TryGetProperty("rollForward", out var policy) ? policy.GetString() ?? "" : "";
            if (options.TryGetProperty("framework", out var single))
            {
                Add(single);
            }

            if (options.TryGetProperty("frameworks", out var several))
            {
                foreach (var framework in several.EnumerateArray())
                {
                    Add(framework);
                }
            }

            void Add(JsonElement framework)
            {
                if (framework.GetProperty("name").GetString() is { } name && FrameworkVersion.TryParse(framework.GetProperty("version").GetString() ?? "") is { } version)
                {
                    needs.Add(new FrameworkNeed(program, name, version, rollForward));
                }
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            needs.Clear();
        }

        return needs;
    }
}
