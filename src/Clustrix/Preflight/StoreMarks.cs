using System.Globalization;
using Clustrix.Hosts;

namespace Clustrix.Preflight;

/// <summary>Finds out which hosts would have one store, of those that have none yet: by what each sees of what the others make there.</summary>
/// <param name="limit">How long it may take.</param>
/// <param name="time">The clock.</param>
internal sealed class StoreMarks(TimeSpan limit, TimeProvider time)
{
    /// <summary>The reports, with what tells a store from others also where there is none yet; and with a warning where that can't be found out.</summary>
    /// <param name="hosts">The hosts.</param>
    /// <param name="reports">What was found on each.</param>
    /// <param name="cancellationToken">Somebody doesn't want to know any more.</param>
    public async Task<IReadOnlyList<HostReport>> TellApartAsync(IReadOnlyList<IHost> hosts, IReadOnlyList<HostReport> reports, CancellationToken cancellationToken)
    {
        var unique = Guid.NewGuid().ToString("N");
        var marks = hosts.Zip(reports).Select((pair, number) => pair.Second is { Passed: true, StoreToken: "", Facts.StoreRoot: { Length: > 0 } root }
            ? new StoreMark(pair.First, root, string.Create(CultureInfo.InvariantCulture, $"{unique}.{number}"))
            : null).ToList();
        List<StoreMark> made = [.. marks.OfType<StoreMark>()];

        // Whoever has a store already shares it with nobody who has none.
        if (made.Count > 1)
        {
            await LookAsync(made, cancellationToken).ConfigureAwait(false);
        }

        return [.. reports.Zip(marks, (report, mark) => mark is null ? report : With(mark, made, report))];
    }

    private async Task LookAsync(List<StoreMark> marks, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(limit, time);
        try
        {
            await Task.WhenAll(marks.Select(mark => mark.MakeAsync(deadline.Token, cancellationToken))).ConfigureAwait(false);
            string[] names = [.. marks.Where(mark => mark.Trouble is null).Select(mark => mark.Name)];
            await Task.WhenAll(marks.Select(mark => mark.LookAsync(names, deadline.Token, cancellationToken))).ConfigureAwait(false);
        }
        finally
        {
            await Task.WhenAll(marks.Select(mark => mark.DisposeAsync().AsTask())).ConfigureAwait(false);
        }
    }

    private static HostReport With(StoreMark mark, List<StoreMark> all, HostReport report) => mark.Trouble is { } trouble
        ? report with { Findings = [.. report.Findings, Finding.Warning("shared store", $"whether it would share its store with another host can't be told ({trouble})", command: "", "A run finds it out.")] }
        : report with { StoreToken = (all.Find(mark.SharesWith) ?? mark).Name };
}
