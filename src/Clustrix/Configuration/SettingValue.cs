namespace Clustrix.Configuration;

/// <summary>A value as it was written, and where.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Texts">The value; one text, or any number for <see cref="SettingKind.List"/>.</param>
/// <param name="Origin">Where it was written.</param>
public sealed record SettingValue(Setting Setting, IReadOnlyList<string> Texts, SettingOrigin Origin)
{
    /// <summary>The value as one text; a list's parts are joined with <c>;</c>.</summary>
    public string Text => string.Join(';', Texts);
}
