using Clustrix.Diagnostics;
using Clustrix.Runs;
using Clustrix.Workloads;

namespace Clustrix.Runtimes;

/// <summary>Sees to it that every host has the .NET runtime that a payload's programs need.</summary>
public sealed class RuntimeDelivery
{
    private readonly RuntimePolicy _policy;
    private readonly LocalRuntime _local;

    /// <param name="policy">Where it comes from.</param>
    /// <param name="local">This machine's own.</param>
    internal RuntimeDelivery(RuntimePolicy policy, LocalRuntime local)
    {
        _policy = policy;
        _local = local;
    }

    /// <summary>Brings the runtime to the hosts that lack it.</summary>
    /// <param name="payload">The payload whose programs are to run.</param>
    /// <param name="stores">The hosts.</param>
    /// <param name="push">Pushes a payload to a host and returns the tree's name there.</param>
    /// <param name="log">Hears what is sent.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The tree that holds the runtime, by the name of the host; a host with one of its own isn't there.</returns>
    /// <exception cref="ClustrixException">
    /// A host, or this machine, lacks it (<see cref="ErrorCode.RuntimeMissing"/>), or this machine's doesn't run there (<see cref="ErrorCode.RuntimeUnsuitable"/>).
    /// </exception>
    internal async Task<IReadOnlyDictionary<string, string>> DeliverAsync(
        Payload payload, IReadOnlyList<ClusterHost> stores, Func<ClusterHost, Payload, Task<string>> push, ILog log, CancellationToken cancellationToken)
    {
        var needs = await RuntimeNeeds.OfAsync(payload, cancellationToken).ConfigureAwait(false);
        if (needs.Count == 0)
        {
            return new Dictionary<string, string>();
        }

        if (_policy == RuntimePolicy.SelfContained)
        {
            throw new ClustrixException(
                ErrorCode.RuntimeMissing,
                $"'{needs[0].Program}' needs {needs[0].Name} {needs[0].Version} from the host, and DotnetRuntime is SelfContained. Publish it with --self-contained, or set DotnetRuntime to Auto.");
        }

        var found = await Task.WhenAll(stores.Select(host => HostRuntimes.AskAsync(host, cancellationToken))).ConfigureAwait(false);
        var lacking = stores.Zip(found).Where(pair => _policy == RuntimePolicy.Push || pair.Second.Lacks(needs) is not null).ToList();
        if (lacking.Count == 0)
        {
            return new Dictionary<string, string>();
        }

        Check(lacking, needs);
        var runtime = await _local.PackAsync(needs, cancellationToken).ConfigureAwait(false);
        var trees = await Task.WhenAll(lacking.Select(async pair => (pair.First.Name, Tree: await push(pair.First, runtime).ConfigureAwait(false)))).ConfigureAwait(false);
        log.Detail($"The .NET runtime of this machine is used on {string.Join(", ", trees.Select(pair => pair.Name))}.");
        return trees.ToDictionary(pair => pair.Name, pair => pair.Tree, StringComparer.Ordinal);
    }

    private void Check(IReadOnlyList<(ClusterHost Host, HostRuntimes Runtimes)> lacking, IReadOnlyList<FrameworkNeed> needs)
    {
        List<Problem> problems = [];
        foreach (var (host, runtimes) in lacking)
        {
            var need = runtimes.Lacks(needs) ?? needs[0];
            if (_policy == RuntimePolicy.Require)
            {
                problems.Add(new Problem(
                    ErrorCode.RuntimeMissing,
                    $"{host.Name} lacks {need.Name} {need.Version}, which '{need.Program}' needs{runtimes.Known}. Install it there and put 'dotnet' on the PATH, or set DotnetRuntime to Auto."));
            }
            else if (runtimes.Platform != LocalRuntime.Platform)
            {
                problems.Add(new Problem(
                    ErrorCode.RuntimeUnsuitable,
                    $"{host.Name} ({runtimes.Platform}) lacks {need.Name} {need.Version}, which '{need.Program}' needs, and the runtime of this machine ({LocalRuntime.Platform}) doesn't run there. Publish with '-r {runtimes.Identifier} --self-contained' and set DotnetRuntime to SelfContained, or install .NET there."));
            }
        }

        if (problems.Count > 0)
        {
            throw new ClustrixException(problems);
        }
    }
}
