using System.CommandLine;

namespace Clustrix.Cli;

/// <summary>One verb of the tool. Its options are made only when it is the one that was called.</summary>
internal abstract class Verb
{
    /// <summary>The word.</summary>
    public abstract string Name { get; }

    /// <summary>What it does, in one line.</summary>
    public abstract string Description { get; }

    /// <summary>Adds arguments, options and nested verbs.</summary>
    public abstract void Define(Command command);

    /// <summary>Does it.</summary>
    /// <param name="call">How it was called.</param>
    /// <param name="cancellationToken">Is cancelled when the user stops the tool.</param>
    public abstract Task<ExitCode> RunAsync(Call call, CancellationToken cancellationToken);

    /// <summary>What it means that a signal ended the verb, and what to do next, in a sentence.</summary>
    public virtual string WhenInterrupted(Call call) => "Nothing is left half done; start it again.";
}
