using System.Globalization;
using System.Text;

namespace Clustrix.Runs;

/// <summary>One worker's journal as far as it has arrived. A line counts when its end is there.</summary>
internal sealed class Journal
{
    private byte[] _rest = [];

    /// <summary>Bytes that have arrived.</summary>
    public long Offset { get; private set; }

    /// <summary>Takes the next bytes and returns the lines that they complete, as event and rest.</summary>
    public IEnumerable<(string Event, string Text)> Append(byte[] bytes)
    {
        Offset += bytes.Length;
        byte[] all = [.. _rest, .. bytes];
        var end = Array.LastIndexOf(all, (byte)'\n');
        _rest = all[(end + 1)..];
        var lines = Encoding.UTF8.GetString(all, 0, Math.Max(end, 0)).Split('\n');
        return lines.Where(line => line.Contains(' ', StringComparison.Ordinal))
            .Select(line => (line[..line.IndexOf(' ', StringComparison.Ordinal)], line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]));
    }

    /// <summary>The offset as a word of a request.</summary>
    public override string ToString() => Offset.ToString(CultureInfo.InvariantCulture);
}
