namespace Clustrix.Conformance;

/// <summary>Passes so many bytes on; then it is closed.</summary>
internal sealed class CutStream(Stream inner, long limit, Action? atEnd) : WriteStream(inner)
{
    private long _left = limit;
    private bool _cut;

    protected override async ValueTask PassAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_cut)
        {
            throw new IOException("The connection was cut.");
        }

        var passed = (int)Math.Min(_left, buffer.Length);
        await Inner.WriteAsync(buffer[..passed], cancellationToken);
        await Inner.FlushAsync(cancellationToken);
        _left -= passed;
        if (passed < buffer.Length)
        {
            _cut = true;
            atEnd?.Invoke();
            await Inner.DisposeAsync();
            throw new IOException("The connection was cut.");
        }
    }
}
