namespace Clustrix.Diagnostics;

/// <summary>A log for callers that don't want one.</summary>
public sealed class SilentLog : ILog
{
    /// <summary>The only instance; it has no state.</summary>
    public static readonly SilentLog Instance = new();

    private SilentLog()
    {
    }

    /// <inheritdoc/>
    public void Say(string message)
    {
    }

    /// <inheritdoc/>
    public void Detail(string message)
    {
    }

    /// <inheritdoc/>
    public void Warn(Problem problem)
    {
    }
}
