using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Clustrix.Workloads;

/// <summary>Items with all that they depend on.</summary>
/// <param name="Items">The items; their names are unique.</param>
/// <param name="Payload">The files that they find on the node.</param>
/// <param name="EnvironmentHash">The digest of the snapshot.</param>
/// <param name="Salt">Any text; another one makes every item new, so that nothing is reused.</param>
public sealed record Workload(IReadOnlyList<Item> Items, Payload Payload, string EnvironmentHash, string Salt)
{
    /// <summary>The key under which an item's passed record may be reused.</summary>
    public string KeyOf(Item item) => new ItemKey(item, EnvironmentHash, Payload.Root, Salt).Value;

    /// <summary>What names the workload as a whole: whoever starts the same one while it runs joins the run. 64 lower-case hexadecimal digits.</summary>
    public string IntentKey()
    {
        var lines = Items.Select(item => $"{KeyOf(item)} {item.Timeout.Ticks} {RetriesOf(item)} {item.Name.Length}:{item.Name}\n").Order(StringComparer.Ordinal);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("clustrix-intent-1\n"u8);
        foreach (var line in lines)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(line));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string RetriesOf(Item item) =>
        string.Create(CultureInfo.InvariantCulture, $"{item.Retries}{(item.RetryOn == RetryCauses.All ? "" : $" on {item.RetryOn}")}");
}
