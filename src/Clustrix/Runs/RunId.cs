using System.Globalization;
using System.Security.Cryptography;
using Clustrix.Diagnostics;

namespace Clustrix.Runs;

/// <summary>Names runs: the time in UTC, so that they sort, and a random part, so that they differ.</summary>
internal static class RunId
{
    public static string New(TimeProvider time) => string.Create(
        CultureInfo.InvariantCulture,
        $"{time.GetUtcNow():yyyyMMdd-HHmmss}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}");

    /// <summary>An id that somebody typed, once it is certain that it is one word.</summary>
    /// <exception cref="ClustrixException">No run can be called so (<see cref="ErrorCode.UnknownRun"/>).</exception>
    public static string Checked(string id) => id.Length > 0 && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
        ? id
        : throw new ClustrixException(ErrorCode.UnknownRun, $"'{id}' is no run id. List the runs with the ClustrixStatus target.");
}
