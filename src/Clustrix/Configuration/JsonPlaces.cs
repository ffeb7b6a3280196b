using System.Text;

namespace Clustrix.Configuration;

/// <summary>Tells lines and columns of positions in a file, as editors count them: both from 1, a column for each UTF-16 unit.</summary>
internal sealed class JsonPlaces(string file, byte[] bytes)
{
    public string File => file;

    public (int Line, int Column) Of(long position)
    {
        var before = bytes.AsSpan(0, (int)Math.Min(position, bytes.Length));
        return (before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1);
    }
}
