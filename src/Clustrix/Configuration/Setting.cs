using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Clustrix.Configuration;

/// <summary>One thing that can be set. Its names on all surfaces follow from <see cref="Name"/>.</summary>
/// <param name="Name">The name in Pascal case: that of the property in typed settings.</param>
/// <param name="Kind">What it takes.</param>
/// <param name="Scope">What it is about.</param>
/// <param name="Default">The value when nobody sets it, as it would be written; null when there is none.</param>
/// <param name="Help">What it does, in one line.</param>
/// <param name="Minimum">The smallest number for <see cref="SettingKind.Count"/>, the fewest texts for <see cref="SettingKind.List"/>.</param>
/// <param name="Choices">What <see cref="SettingKind.Choice"/>, or each text of a <see cref="SettingKind.List"/>, can be, each a word, in which <c>…</c> stands for what <see cref="Rest"/> says; null where any text can stand.</param>
public sealed record Setting(
    string Name, SettingKind Kind, SettingScope Scope, string? Default, string Help, int Minimum = 0, IReadOnlyList<string>? Choices = null)
{
    /// <summary>What the <c>…</c> of a choice stands for, as a regular expression.</summary>
    public string Rest { get; init; } = ".+";

    /// <summary>The same in words; null where it can be anything.</summary>
    public string? RestHelp { get; init; }

    /// <summary>The name in <c>clustrix.json</c>, such as <c>reuseResults</c>.</summary>
    public string JsonName => char.ToLowerInvariant(Name[0]) + Name[1..];

    /// <summary>The MSBuild property, such as <c>ClustrixReuseResults</c>.</summary>
    public string PropertyName => "Clustrix" + Name;

    /// <summary>The environment variable, such as <c>CLUSTRIX_REUSE_RESULTS</c>.</summary>
    public string VariableName => "CLUSTRIX_" + Words('_').ToUpperInvariant();

    /// <summary>The command line option, such as <c>--reuse-results</c>.</summary>
    public string OptionName => "--" + Words('-').ToLowerInvariant();

    /// <summary>Whether it may be written under a cluster's name.</summary>
    public bool IsOfCluster => Scope is SettingScope.Cluster or SettingScope.Item;

    /// <summary>Checks a value.</summary>
    /// <param name="text">The value as it was written.</param>
    /// <returns>What is wrong with it and what to write instead, in one sentence; null when it can be used.</returns>
    public string? Fault(string text) => Kind switch
    {
        SettingKind.Switch when !bool.TryParse(text, out _) => $"'{text}' isn't a value for {Name}. Write true or false.",
        SettingKind.Count when text.Length > 9 && text.All(char.IsAsciiDigit) && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _) =>
            string.Create(CultureInfo.InvariantCulture, $"'{text}' is too large for {Name}. Write at most {int.MaxValue}."),
        SettingKind.Count when !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < Minimum =>
            string.Create(CultureInfo.InvariantCulture, $"'{text}' isn't a value for {Name}. Write a whole number from {Minimum} on."),
        SettingKind.Duration when !Duration.TryParse(text, out _) => $"'{text}' isn't a length of time for {Name}. {Duration.Remedy(text)}",
        SettingKind.Size when !ByteSize.TryParse(text, out _) => $"'{text}' isn't a size for {Name}. {ByteSize.Remedy(text)}",
        SettingKind.Choice or SettingKind.List when Choices is not null && !Regex.IsMatch(text, ChoicePattern, RegexOptions.CultureInvariant) =>
            $"'{text}' isn't a value for {Name}. Write {string.Join(" or ", Choices)}{(RestHelp is null ? "" : $", where … stands for {RestHelp}")}.",
        _ => null,
    };

    /// <summary>Checks how many texts a list has.</summary>
    /// <param name="texts">The texts.</param>
    /// <returns>What is wrong and what to do, in two sentences; null when there are enough.</returns>
    public string? Fault(IReadOnlyCollection<string> texts) =>
        Kind == SettingKind.List && texts.Count < Minimum ? $"{Name} takes at least {Results.Count.Of(Minimum, "text")}. Leave it out if there is none." : null;

    /// <summary>The code of a value's fault.</summary>
    public Diagnostics.ErrorCode FaultCode => Kind switch
    {
        SettingKind.Duration => Diagnostics.ErrorCode.BadDuration,
        SettingKind.Size => Diagnostics.ErrorCode.BadSize,
        _ => Diagnostics.ErrorCode.BadValue,
    };

    /// <summary>What <see cref="Choices"/> allow, as a regular expression.</summary>
    public string ChoicePattern => $"^({string.Join('|', Choices!.Select(choice => string.Join($"({Rest})", choice.Split('…').Select(Regex.Escape))))})$";

    private string Words(char separator)
    {
        var words = new StringBuilder(Name.Length + 8);
        foreach (var c in Name)
        {
            if (char.IsUpper(c) && words.Length > 0)
            {
                words.Append(separator);
            }

            words.Append(c);
        }

        return words.ToString();
    }
}
