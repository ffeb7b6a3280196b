using Clustrix.Diagnostics;

namespace Clustrix.Preflight;

/// <summary>Whether the hosts of a cluster see one store, or each its own, as it is declared.</summary>
internal static class StoreComparison
{
    /// <summary>The reports, with a failure for each host whose store isn't as declared; of a single host there is nothing to say.</summary>
    public static IReadOnlyList<HostReport> Compare(IReadOnlyList<HostReport> hosts, bool sharesStore)
    {
        var stores = hosts.Where(host => host.StoreToken.Length > 0).GroupBy(host => host.StoreToken).ToList();
        return hosts.Count == 1 ? hosts : [.. hosts.Select(host => host.StoreToken.Length == 0 ? host : host with { Findings = [.. host.Findings, Of(host, stores, sharesStore)] })];
    }

    private static Finding Of(HostReport host, List<IGrouping<string, HostReport>> stores, bool sharesStore)
    {

        if (sharesStore)
        {
            return host.StoreToken == stores[0].Key
                ? Finding.Ok("shared store", "it is the one that SharedStore declares")
                : Finding.Failure(
                    "shared store",
                    ErrorCode.StoresNotAsDeclared,
                    $"SharedStore is true, and this isn't the store that {stores[0].First().Host} has",
                    advice: "Set StoreRoot to a directory that all hosts share, or leave SharedStore out.");
        }

        var others = stores.First(store => store.Key == host.StoreToken).Where(other => other != host).Select(other => other.Host).ToList();
        return others.Count == 0
            ? Finding.Ok("shared store", "it has a store of its own")
            : Finding.Failure(
                "shared store",
                ErrorCode.StoresNotAsDeclared,
                $"it has one and the same store with {string.Join(" and ", others)}",
                advice: "If they are one machine, list it once; if they share a file system, set SharedStore to true.");
    }
}
