using System.Collections;
using System.Globalization;
using System.Reflection;
using Clustrix.Diagnostics;

namespace Cake.Clustrix.Input;

/// <summary>Finds what a script has set to null where something is needed: scripts seldom heed the compiler's warnings about that.</summary>
internal sealed class MissingValues
{
    private readonly NullabilityInfoContext _nullability = new();

    /// <summary>A problem for each.</summary>
    /// <param name="settings">What an alias was given.</param>
    public IReadOnlyList<Problem> In(ClustrixSettings settings) =>
        [.. Of(settings, settings.GetType().Name).Select(place => new Problem(ErrorCode.BadValue, $"{place} is null. Give it a value, or leave it out."))];

    private IEnumerable<string> Of(object holder, string place) =>
        holder.GetType().GetProperties().SelectMany(property => Of(_nullability.Create(property), property.GetValue(holder), $"{place}.{property.Name}"));

    private IEnumerable<string> Of(NullabilityInfo declared, object? value, string place) => value switch
    {
        null => declared.ReadState == NullabilityState.NotNull ? [place] : [],
        ClustrixItem or ClustrixPayload => Of(value, place),
        IDictionary<string, string> pairs => pairs.SelectMany(pair => Of(declared.GenericTypeArguments[1], pair.Value, $"{place}[\"{pair.Key}\"]")),
        IEnumerable values when declared.GenericTypeArguments is [var element] =>
            values.Cast<object?>().SelectMany((each, index) => Of(element, each, string.Create(CultureInfo.InvariantCulture, $"{place}[{index}]"))),
        _ => [],
    };
}
