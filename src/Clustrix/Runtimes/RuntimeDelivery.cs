using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Runs;
using Clustrix.Stores;
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
    /// <param name="cluster">The hosts; those that can't take it are left out.</param>
    /// <param name="log">Hears what is sent.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The tree that holds the runtime, by the name of the host; a host with one of its own isn't there.</returns>
    /// <exception cref="ClustrixException">
    /// A host, or this machine, lacks it (<see cref="ErrorCode.RuntimeMissing"/>), or this machine's doesn't run there (<see cref="ErrorCode.RuntimeUnsuitable"/>).
    /// </exception>
    internal async Task<IReadOnlyDictionary<string, string>> DeliverAsync(
        Payload payload, ClusterHosts cluster, ILog log, CancellationToken cancellationToken)
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

        var found = await cluster.EachAsync([.. cluster.Stores], host => HostRuntimes.AskAsync(host, cancellationToken)).ConfigureAwait(false);
        var lacking = found.Where(pair => _policy == RuntimePolicy.Push || pair.Result.Lacks(needs) is not null).ToList();
        if (lacking.Count == 0)
        {
            return new Dictionary<string, string>();
        }

        Check(lacking, needs);
        var runtime = await _local.PackAsync(needs, cancellationToken).ConfigureAwait(false);
        var pushes = await cluster.EachAsync(
            [.. lacking.Select(pair => pair.Host)], host => new Store(host.Session, log).PushAsync(runtime, Verification.Changed, cancellationToken)).ConfigureAwait(false);
        Say(pushes, log);
        return pushes.ToDictionary(pair => pair.Host.Name, pair => pair.Result.Workspace, StringComparer.Ordinal);
    }

    // So much travels once for each host that whoever waits for it is to know why.
    private static void Say(IReadOnlyList<(ClusterHost Host, PushResult Push)> pushes, ILog log)
    {
        if (pushes.Where(pair => pair.Push.FilesSent > 0).ToList() is { Count: > 0 } sent)
        {
            log.Say($"The .NET runtime of this machine, which {string.Join(", ", sent.Select(pair => pair.Host.Name))} {(sent.Count == 1 ? "lacks" : "lack")}, was pushed there ({ByteSize.Format(sent.Sum(pair => pair.Push.ContentBytesSent))}).");
        }

        log.Detail($"The .NET runtime of this machine is used on {string.Join(", ", pushes.Select(pair => pair.Host.Name))}.");
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
