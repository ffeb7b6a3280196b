using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Clustrix.Workloads;

/// <summary>
/// What an item's result depends on, and one digest over it. A record that says Passed may stand for an item of the same key.
/// </summary>
/// <remarks>
/// An item's name and its retries aren't a part: they don't change what the command does. The order of variables and of outputs isn't
/// either.
/// </remarks>
public sealed class ItemKey
{
    private const string FormatVersion = "1";

    /// <summary>Makes the key of an item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="environmentHash">The environment hash of the workload's snapshot.</param>
    /// <param name="payloadRoot">The root digest of the workload's payload.</param>
    /// <param name="salt">Any text; another text gives other keys, and so no earlier record is reused.</param>
    public ItemKey(Item item, string environmentHash, string payloadRoot, string salt)
    {
        Entries =
        [
            new("format", FormatVersion),
            new("environment", environmentHash),
            new("payload", payloadRoot),
            new("command", item.Command),
            new("working directory", item.WorkingDirectory),
            new("timeout class", TimeoutClass(item.Timeout).ToString(CultureInfo.InvariantCulture)),
            new("cpus", item.Cpus.ToString(CultureInfo.InvariantCulture)),
            new("memory", item.Memory.ToString(CultureInfo.InvariantCulture)),
            .. item.Nodes == 1 ? [] : (KeyValuePair<string, string>[])[new("nodes", item.Nodes.ToString(CultureInfo.InvariantCulture))],
            .. item.Environment.OrderBy(variable => variable.Key, StringComparer.Ordinal).Select(variable => KeyValuePair.Create("variable " + variable.Key, variable.Value)),
            .. item.Outputs.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(output => KeyValuePair.Create("output", output)),
            .. item.Modules.Select(module => KeyValuePair.Create("module", module)),
            .. item.Setup.Select(command => KeyValuePair.Create("setup", command)),
            new("salt", salt),
        ];
        Value = ComputeValue(Entries);
    }

    /// <summary>Everything that the key is made of, named, in the order in which it is digested.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Entries { get; }

    /// <summary>SHA-256 over the entries, 64 lower-case hexadecimal digits.</summary>
    public string Value { get; }

    /// <summary>
    /// The timeout in minutes, rounded up to a power of two: a result stays good when a timeout is adjusted a little, and isn't passed
    /// off for one under quite another limit.
    /// </summary>
    /// <param name="timeout">A duration above zero.</param>
    public static long TimeoutClass(TimeSpan timeout)
    {
        long minutes = 1;
        while (minutes * TimeSpan.TicksPerMinute < timeout.Ticks && minutes < 1L << 30)
        {
            minutes *= 2;
        }

        return minutes;
    }

    // Each name and value has its length in bytes before it, so that no two lists of entries give the same bytes.
    private static string ComputeValue(IReadOnlyList<KeyValuePair<string, string>> entries)
    {
        var text = new StringBuilder("clustrix-item\0");
        foreach (var (name, value) in entries)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(name)}:{name} {Encoding.UTF8.GetByteCount(value)}:{value}\n");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
