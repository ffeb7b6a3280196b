namespace Clustrix.Runtimes;

/// <summary>Where the .NET runtime comes from that a program without one of its own needs.</summary>
public enum RuntimePolicy
{
    /// <summary>From the host, where it has one that suits; otherwise from this machine's SDK.</summary>
    Auto,

    /// <summary>Always from this machine's SDK.</summary>
    Push,

    /// <summary>From the host; one that has none that suits is an error.</summary>
    Require,

    /// <summary>Every program brings its own; one that doesn't is an error.</summary>
    SelfContained,
}
