using Clustrix.Diagnostics;

namespace Clustrix.Preflight;

/// <summary>What a preflight has found on one host.</summary>
/// <param name="Host">What the cluster calls the host.</param>
/// <param name="Facts">What it has; null when it couldn't be asked.</param>
/// <param name="Findings">Everything that was looked at.</param>
public sealed record HostReport(string Host, HostFacts? Facts, IReadOnlyList<Finding> Findings)
{
    /// <summary>What no other store has, also one that is yet to be made; empty where it isn't known.</summary>
    internal string StoreToken { get; init; } = "";

    /// <summary>Those of its findings that are about the batch scheduler that it leads to; none where there is no scheduler.</summary>
    public IReadOnlyList<Finding> OfScheduler { get; init; } = [];

    /// <summary>The worst level of its findings.</summary>
    public FindingLevel Level => Findings.Max(finding => finding.Level);

    /// <summary>Whether the host can be used.</summary>
    public bool Passed => Level != FindingLevel.Failure;

    /// <summary>What isn't as it should be.</summary>
    /// <param name="failures">What a failure weighs.</param>
    internal IEnumerable<Problem> Problems(Severity failures) =>
        from finding in Findings
        where finding.Level != FindingLevel.Ok
        orderby finding.Level descending
        select new Problem(finding.Code!.Value, $"{Host}: {finding.Message}", Severity: finding.Level == FindingLevel.Failure ? failures : Severity.Warning);
}
