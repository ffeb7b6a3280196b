using System.Globalization;
using Clustrix.Results;

namespace Clustrix.Bench;

/// <summary>Where the time of a run goes, by the records of its items. Their times are those of one clock for each host, to 10 ms.</summary>
internal sealed class Timeline
{
    private readonly int _workers;
    private readonly double _span;
    private readonly double _inside;
    private readonly double _between;
    private readonly double _begin;
    private readonly double _tail;

    /// <param name="results">The items' results.</param>
    /// <param name="seconds">How long each command takes by itself.</param>
    public Timeline(IReadOnlyList<ItemResult> results, IReadOnlyList<double> seconds)
    {
        var hosts = results.GroupBy(result => result.Host).Select(host =>
        {
            var begin = host.Min(result => result.Record!.Started);
            return host.GroupBy(result => (result.Record!.HostName, result.Record.Worker)).Select(worker =>
                worker.Select(result => (From: (result.Record!.Started - begin).TotalSeconds, To: (result.Record.Started + result.Record.Duration - begin).TotalSeconds)).OrderBy(item => item.From).ToList()).ToList();
        }).ToList();
        var workers = hosts.SelectMany(host => host).ToList();
        _workers = workers.Count;
        _span = workers.Max(worker => worker[^1].To);
        _inside = results.Zip(seconds).Average(pair => pair.First.Record!.Duration.TotalSeconds - pair.Second);
        _between = workers.SelectMany(worker => worker.Zip(worker.Skip(1), (item, next) => next.From - item.To)).Average();
        _begin = workers.Max(worker => worker[0].From);
        _tail = _span - workers.Min(worker => worker[^1].To);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{_workers} workers, items from first to last {_span:0.00} s; the last worker began after {_begin:0.00} s, the first had nothing left {_tail:0.00} s before the end; each item took {_inside * 1000:0} ms longer than its command, and {_between * 1000:0} ms lay between two");
}
