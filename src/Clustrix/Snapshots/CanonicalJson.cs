using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Clustrix.Snapshots;

/// <summary>JSON of which one content has one form: indented by two blanks, LF, UTF-8 without a byte order mark, a line end at the end.</summary>
internal static class CanonicalJson
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        IndentSize = 2,
        NewLine = "\n",

        // Hashes in base 64 stay readable; the files are never put into a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static byte[] Write(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            content(json);
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
