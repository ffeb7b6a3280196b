using System.Security.Cryptography;

namespace Clustrix.Snapshots;

/// <summary>The value of a file's entry: the SHA-256 of its content, an <c>x</c> behind it when the file is executable, and a link's relative target.</summary>
internal static class FileDigest
{
    private const int HexDigits = 64;
    private const string Arrow = " -> ";

    public static async Task<string> OfAsync(string path, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { BufferSize = 0, Options = FileOptions.Asynchronous | FileOptions.SequentialScan };
        var stream = new FileStream(path, options);
        await using (stream.ConfigureAwait(false))
        {
            var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
            var executable = (File.GetUnixFileMode(stream.SafeFileHandle) & UnixFileMode.UserExecute) != 0 ? "x" : "";
            return digest + executable + LinkSuffix(path);
        }
    }

    public static string Content(string value) => value.Length < HexDigits ? value : value[..HexDigits];

    public static string Target(string value) =>
        value.IndexOf(Arrow, StringComparison.Ordinal) is var arrow and >= 0 ? value[(arrow + Arrow.Length)..] : "";

    // An absolute target names a place on this machine only; what counts of it is the content.
    private static string LinkSuffix(string path) =>
        new FileInfo(path).LinkTarget is { } target && !Path.IsPathRooted(target) ? Arrow + target : "";
}
