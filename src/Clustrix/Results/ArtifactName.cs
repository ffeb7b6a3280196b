using System.Security.Cryptography;
using System.Text;

namespace Clustrix.Results;

/// <summary>Makes directory names of item names: readable, and different for different items.</summary>
internal static class ArtifactName
{
    private const int Longest = 80;

    /// <summary>The name itself where it can be a directory's; otherwise what can be kept of it and a few digits of its digest.</summary>
    public static string Of(string itemName)
    {
        var plain = string.Concat(itemName.Select(c => char.IsAsciiLetterOrDigit(c) || "._-+=@".Contains(c, StringComparison.Ordinal) ? c : '_'));
        return plain == itemName && plain.Length <= Longest && plain.Trim('.').Length > 0
            ? plain
            : $"{plain[..Math.Min(plain.Length, Longest)]}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(itemName)))[..8]}";
    }
}
