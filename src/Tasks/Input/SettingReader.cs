using System.Globalization;
using Clustrix.Diagnostics;

namespace Clustrix.MSBuild.Input;

/// <summary>Reads the values of properties. What can't be read becomes a problem, and the fallback is taken so that the reading goes on.</summary>
internal sealed class SettingReader(ProjectSources sources, ICollection<Problem> problems)
{
    /// <summary>A property that is <c>true</c> or <c>false</c>.</summary>
    public bool Switch(string name, string text, bool fallback)
    {
        if (text.Length == 0 || bool.TryParse(text, out fallback))
        {
            return fallback;
        }

        Report(name, $"'{text}' isn't a value for {name}. Write true or false.");
        return false;
    }

    /// <summary>A property that is a whole number from 0 on.</summary>
    public int Number(string name, string text, int fallback)
    {
        if (text.Length == 0 || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out fallback))
        {
            return fallback;
        }

        Report(name, $"'{text}' isn't a value for {name}. Write a whole number from 0 on.");
        return 0;
    }

    private void Report(string name, string message)
    {
        var place = sources.Properties(name).Select(property => property.Place).FirstOrDefault();
        problems.Add(new Problem(ErrorCode.BadValue, message, place.File, place.Line, place.Column));
    }
}
