using System.Globalization;
using Clustrix.Diagnostics;
using Clustrix.Hosts;
using Clustrix.Runtimes;
using Clustrix.Schedulers;

namespace Clustrix.Preflight;

/// <summary>Looks at all hosts of a cluster at once, before anything is sent there.</summary>
/// <param name="storeRoot">The store's root on each host; empty for the host's default.</param>
/// <param name="limit">How long one host may take, from the first attempt to connect on.</param>
/// <param name="batch">What a batch scheduler would be asked for; null when Clustrix starts the workers itself.</param>
/// <param name="time">The clock.</param>
internal sealed class ClusterPreflight(string storeRoot, TimeSpan limit, BatchOptions? batch, TimeProvider time)
{
    /// <summary>Looks. A host that fails hides no other.</summary>
    public async Task<IReadOnlyList<HostReport>> LookAsync(IReadOnlyList<IHost> hosts, CancellationToken cancellationToken)
    {
        var reports = await Task.WhenAll(hosts.Select(host => LookAsync(host, cancellationToken))).ConfigureAwait(false);
        return hosts.Count == 1 ? reports : await new StoreMarks(limit, time).TellApartAsync(hosts, reports, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HostReport> LookAsync(IHost host, CancellationToken cancellationToken)
    {
        var answer = await new HostProbe(host, storeRoot, limit, time).AskAsync(cancellationToken).ConfigureAwait(false);
        if (answer.AskedAt == default)
        {
            return new HostReport(host.Name, null, [OfConnection(answer.Failure!)]);
        }

        var commands = new HostCommands(host);
        var facts = FactsOf(answer);
        var ofScheduler = batch is null || answer.Failure is not null ? [] : await new SchedulerFindings(BatchScheduler.Of(batch), host, answer).AllAsync(cancellationToken).ConfigureAwait(false);
        return new HostReport(
            host.Name,
            facts,
            [
                answer.Failure is null ? Connected(answer) : OfConnection(answer.Failure),
                .. host is SshHost ? [Finding.Ok("host key", "accepted")] : (Finding[])[],

                // What the host didn't come to tell isn't missing.
                .. answer.Failure is null || answer.Has("store") ? new ToolFindings(answer, commands).All() : [],
                .. new StoreFindings(answer, commands).All(),
                .. new MachineFindings(answer, facts, commands).All(),
                .. ofScheduler,
            ])
        {
            OfScheduler = ofScheduler,

            // Behind the number of the format.
            StoreToken = answer.Text("store.format").Split(' ') is [_, var token] ? token : "",
        };
    }

    private static Finding Connected(ProbeAnswer answer) => Finding.Ok(
        "connection",
        string.Create(CultureInfo.InvariantCulture, $"a shell after {answer.ConnectTime.TotalSeconds:0.00} s, an answer after {answer.RoundTrip.TotalMilliseconds:0.0} ms"));

    private static Finding OfConnection(ClustrixException failure)
    {
        var subject = failure.Code switch
        {
            ErrorCode.HostKeyRejected => "host key",
            ErrorCode.HostAccessDenied => "login",
            _ => "connection",
        };
        return failure.Data[SshFailure.Cause] is string cause
            ? Finding.Failure(subject, failure.Code, cause, advice: (string)failure.Data[SshFailure.Remedy]!)
            : Finding.Failure(subject, failure.Code, failure.Problems[0].Message.TrimEnd('.'));
    }

    private static HostFacts FactsOf(ProbeAnswer answer)
    {
        var platform = answer.Text("platform");
        var frameworks = answer.Lines["runtime"].Select(line => line.Split(' ')).Where(words => words.Length == 2 && FrameworkVersion.TryParse(words[1]) is not null);
        return new HostFacts
        {
            HostName = answer.Text("host"),
            User = answer.Text("user"),
            Platform = platform,
            RuntimeIdentifier = platform.Contains('-', StringComparison.Ordinal) ? new HostRuntimes(platform, []).Identifier : "",
            Kernel = answer.Text("kernel"),
            Cores = (int)Math.Min(answer.Number("cores") ?? 0, int.MaxValue),
            MemoryBytes = (answer.Number("MemTotal") ?? 0) * 1024,
            AvailableMemoryBytes = (answer.Number("MemAvailable") ?? 0) * 1024,
            Frameworks = [.. frameworks.OrderBy(words => words[0], StringComparer.Ordinal).ThenBy(words => FrameworkVersion.TryParse(words[1])).Select(words => string.Join(' ', words)).Distinct()],
            StoreRoot = answer.Text("store"),
            FreeBytes = (answer.Number("space") ?? 0) * 1024,
            FreeInodes = answer.Number("inodes") ?? 0,
            ClockSkew = answer.ClockSkew,
            RoundTrip = answer.RoundTrip,
            ConnectTime = answer.ConnectTime,
        };
    }
}
