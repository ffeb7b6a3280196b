namespace Clustrix.Configuration;

/// <summary>Tells lines and columns of positions in a file.</summary>
internal sealed class JsonPlaces(string file, byte[] bytes)
{
    public string File => file;

    /// <summary>The line and column of a byte, both from 1.</summary>
    public (int Line, int Column) Of(long position)
    {
        var before = bytes.AsSpan(0, (int)Math.Min(position, bytes.Length));
        return (before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'));
    }
}
