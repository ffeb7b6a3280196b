using System.Globalization;
using System.Security.Cryptography;

namespace Clustrix.Runs;

/// <summary>Names runs: the time in UTC, so that they sort, and a random part, so that they differ.</summary>
internal static class RunId
{
    public static string New(TimeProvider time) => string.Create(
        CultureInfo.InvariantCulture,
        $"{time.GetUtcNow():yyyyMMdd-HHmmss}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}");
}
