using System.Globalization;
using Clustrix.Diagnostics;

namespace Clustrix.Preflight;

/// <summary>What a preflight has found on all hosts of a cluster.</summary>
/// <param name="Cluster">The cluster's name or address.</param>
/// <param name="MinHosts">How many hosts must pass, from 1 on.</param>
/// <param name="Started">When it began.</param>
/// <param name="Hosts">The hosts in the cluster's order; at least one.</param>
public sealed record PreflightReport(string Cluster, int MinHosts, DateTimeOffset Started, IReadOnlyList<HostReport> Hosts)
{
    /// <summary>Whether enough hosts can be used, and their stores are as declared.</summary>
    public bool Passed => HasEnoughHosts && !Hosts.SelectMany(host => host.Findings).Any(finding => finding.Code == ErrorCode.StoresNotAsDeclared);

    /// <summary>
    /// All that isn't as it should be. What keeps a host from being used is an error when too few are left, and a warning otherwise.
    /// </summary>
    public IReadOnlyList<Problem> Problems =>
        [.. HasEnoughHosts || Hosts.Count == 1 ? [] : (Problem[])[TooFew()], .. Hosts.SelectMany(host => host.Problems(Passed ? Severity.Warning : Severity.Error))];

    /// <summary>Tells the table and the warnings; errors are those of <see cref="Check"/>.</summary>
    /// <param name="log">Gets them.</param>
    public void Tell(ILog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        foreach (var line in PreflightTable.Lines(this))
        {
            log.Say(line);
        }

        foreach (var line in Hosts.SelectMany(host => host.Findings.Select(finding => $"  {host.Host}: {finding.Subject}: {finding.Text}")))
        {
            log.Detail(line);
        }

        TellWarnings(log);
    }

    /// <summary>Tells the warnings alone.</summary>
    /// <param name="log">Gets them.</param>
    public void TellWarnings(ILog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        foreach (var problem in Problems.Where(problem => problem.Severity == Severity.Warning))
        {
            log.Warn(problem);
        }
    }

    /// <summary>Goes on only when enough hosts can be used.</summary>
    /// <exception cref="ClustrixException">Too few can (<see cref="ErrorCode.TooFewHosts"/>, and the causes); with a single host, its own failures.</exception>
    public void Check()
    {
        if (!Passed)
        {
            throw new ClustrixException([.. Problems.Where(problem => problem.Severity == Severity.Error)]);
        }
    }

    private bool HasEnoughHosts => Hosts.Count(host => host.Passed) >= Math.Max(1, MinHosts);

    private Problem TooFew()
    {
        var failed = Hosts.Where(host => !host.Passed).Select(host => $"{host.Host} ({host.Problems(Severity.Error).First().Code.ToText()})");
        return new Problem(
            ErrorCode.TooFewHosts,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Hosts.Count(host => host.Passed)} of the {Hosts.Count} hosts of {Cluster} can be used, and MinHosts is {MinHosts}: {string.Join(", ", failed)}. Mend them or lower MinHosts."));
    }
}
