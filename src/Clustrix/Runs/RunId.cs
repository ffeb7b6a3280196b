using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Clustrix.Diagnostics;

namespace Clustrix.Runs;

/// <summary>Names runs: the time in UTC, so that they sort, and a random part, so that they differ.</summary>
internal static partial class RunId
{
    public static string New(TimeProvider time) => string.Create(
        CultureInfo.InvariantCulture,
        $"{time.GetUtcNow():yyyyMMdd-HHmmss}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}");

    /// <summary>Whether a name is a run's id.</summary>
    public static bool IsOne(ReadOnlySpan<char> name) => Form().IsMatch(name);

    /// <summary>An id that somebody typed, once it is certain that it is one word.</summary>
    /// <exception cref="ClustrixException">No run can be called so (<see cref="ErrorCode.UnknownRun"/>).</exception>
    public static string Checked(string id) => id.Length > 0 && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
        ? id
        : throw new ClustrixException(ErrorCode.UnknownRun, $"'{id}' is no run id. List the runs with the ClustrixStatus target.");

    [GeneratedRegex("^[0-9]{8}-[0-9]{6}-[0-9a-f]{6}$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
