using System.Globalization;
using Clustrix.Configuration;

namespace Clustrix.Stores;

/// <summary>What a clean-up leaves in a store beside what is in use.</summary>
/// <param name="KeepDays">Finished runs and unused payloads younger than this many days; 0 for none.</param>
/// <param name="StoreLimit">Bytes that the whole store may take up: above it, what has been out of use longest goes, however young it is.</param>
public sealed record Retention(int KeepDays, long StoreLimit)
{
    /// <summary>What the settings say.</summary>
    public static Retention Of(ResolvedSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new(settings.Count(SettingsSchema.KeepDays), settings.Size(SettingsSchema.StoreLimit));
    }

    /// <summary>As the node program takes it: days and kilobytes.</summary>
    internal string Words => string.Create(CultureInfo.InvariantCulture, $"{KeepDays} {StoreLimit / 1024}");
}
