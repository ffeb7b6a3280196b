namespace Clustrix.Workloads;

/// <summary>One command with its needs: what a worker claims, runs and reports on.</summary>
/// <remarks>
/// The command starts in a fresh, writable directory of its own, in which the payload's top-level entries appear as links. What it
/// leaves there and matches <see cref="Outputs"/> is collected.
/// </remarks>
public sealed record Item
{
    /// <summary>The item's name: unique in its workload, at most 200 characters, no control characters.</summary>
    public required string Name { get; init; }

    /// <summary>The command in POSIX shell, as it would be typed on the node.</summary>
    public required string Command { get; init; }

    /// <summary>Where the command starts, relative to the item's directory; empty for the item's directory itself.</summary>
    public string WorkingDirectory { get; init; } = "";

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Processor cores that the command keeps busy; at least 1.</summary>
    public int Cpus { get; init; } = 1;

    /// <summary>Machines that the command has at once; at least 1. More than one needs a cluster whose scheduler gives them.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>Bytes of memory that the command may need; 0 when it doesn't say.</summary>
    public long Memory { get; init; }

    /// <summary>Patterns (<see cref="PathPattern"/>) of the files to collect, relative to the item's directory. Each must match at least one file.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>Environment variables that the command gets beside the node's own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Environment modules to load before anything else, as <c>module list</c> shows them, such as <c>gcc/12.2</c>.</summary>
    public IReadOnlyList<string> Modules { get; init; } = [];

    /// <summary>Commands that the command's shell carries out before it, in their order, after the modules and with <see cref="Environment"/>.</summary>
    public IReadOnlyList<string> Setup { get; init; } = [];

    /// <summary>What has to succeed before the command: the modules and the setup, in their order.</summary>
    public IReadOnlyList<string> Steps => [.. Modules.Select(module => $"module load {module}"), .. Setup];

    /// <summary>How many more attempts a failed item gets.</summary>
    public int Retries { get; init; }

    /// <summary>After which ends of an attempt there is another one, as far as <see cref="Retries"/> go.</summary>
    public RetryCauses RetryOn { get; init; } = RetryCauses.All;

    /// <summary>The item with the variables that its workload's snapshot lists. The item's own come first.</summary>
    /// <param name="listed">Names and values; a variable that isn't set has the value null and isn't passed on.</param>
    public Item WithListedVariables(IEnumerable<KeyValuePair<string, string?>> listed)
    {
        var environment = listed.Where(variable => variable.Value is not null).ToDictionary(variable => variable.Key, variable => variable.Value!, StringComparer.Ordinal);
        foreach (var (name, value) in Environment)
        {
            environment[name] = value;
        }

        return this with { Environment = environment };
    }
}
