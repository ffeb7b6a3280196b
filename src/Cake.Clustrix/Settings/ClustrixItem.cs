namespace Cake.Clustrix;

/// <summary>One command with its needs. What it doesn't say is as the run's settings say.</summary>
/// <param name="name">The item's name: unique in its run, at most 200 characters, no control characters.</param>
/// <param name="command">The command in POSIX shell, as it would be typed on the node.</param>
public sealed class ClustrixItem(string name, string command)
{
    /// <summary>The item's name.</summary>
    public string Name { get; } = name;

    /// <summary>The command in POSIX shell.</summary>
    public string Command { get; } = command;

    /// <summary>Where the command starts, relative to the item's directory.</summary>
    public string? WorkingDirectory { get; set; }

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>Cores that the command keeps busy, from 1 on.</summary>
    public int? Cpus { get; set; }

    /// <summary>Machines that the command has at once, on a cluster whose scheduler gives them; what the settings say by default.</summary>
    public int? Nodes { get; set; }

    /// <summary>Memory that the command may need, with its unit, such as <c>8GB</c>.</summary>
    public string? Memory { get; set; }

    /// <summary>Patterns of the files to collect, relative to the item's directory; each must match.</summary>
    public ICollection<string> Outputs { get; } = [];

    /// <summary>Variables that the command gets beside the node's own.</summary>
    public IDictionary<string, string> Environment { get; } = new Dictionary<string, string>();

    /// <summary>Environment modules that are loaded before the command, as <c>module list</c> shows them, such as <c>gcc/12.2</c>.</summary>
    public ICollection<string> Modules { get; } = [];

    /// <summary>Commands that the command's shell carries out before it, after <see cref="Modules"/> and with <see cref="Environment"/>.</summary>
    public ICollection<string> Setup { get; } = [];

    /// <summary>How many more attempts the item gets when it fails.</summary>
    public int? Retries { get; set; }

    /// <summary>The outcomes after which <see cref="Retries"/> apply: <c>Failed</c>, <c>Crashed</c>, <c>TimedOut</c>, <c>OutOfMemory</c>, <c>MissingOutputs</c>.</summary>
    public ICollection<string> RetryOn { get; } = [];
}
