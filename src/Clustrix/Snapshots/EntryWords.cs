using System.Collections.Frozen;

namespace Clustrix.Snapshots;

/// <summary>The words for kinds of entries, in files and for people.</summary>
internal static class EntryWords
{
    // These words are hashed and stored: a new kind gets a new word, and no word changes.
    private static readonly FrozenDictionary<EntryKind, string> Words = new Dictionary<EntryKind, string>
    {
        [EntryKind.File] = "file",
        [EntryKind.Framework] = "framework",
        [EntryKind.Libc] = "libc",
        [EntryKind.Native] = "native",
        [EntryKind.Package] = "package",
        [EntryKind.Project] = "project",
        [EntryKind.Rid] = "rid",
        [EntryKind.Runtime] = "runtime",
        [EntryKind.Sdk] = "sdk",
        [EntryKind.Target] = "target",
        [EntryKind.Tool] = "tool",
        [EntryKind.Variable] = "variable",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, EntryKind> Kinds = Words.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>The word that stands for the kind in files and in the hash.</summary>
    public static string Word(this EntryKind kind) => Words[kind];

    /// <summary>The word that people read.</summary>
    public static string Label(this EntryKind kind) => kind switch
    {
        EntryKind.Sdk => "SDK",
        EntryKind.Rid => "RID",
        EntryKind.Target => "target framework",
        EntryKind.Native => "native library",
        _ => kind.Word(),
    };

    /// <summary>The kind that a word stands for.</summary>
    public static bool TryParse(string word, out EntryKind kind) => Kinds.TryGetValue(word, out kind);
}
