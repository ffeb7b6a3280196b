using Clustrix.Bench;

var benchmarks = new SortedDictionary<string, Func<TextWriter, Task>>(StringComparer.Ordinal)
{
    ["bulk-ssh"] = BulkSshBench.RunAsync,
    ["hash"] = HashBench.RunAsync,
    ["plain-build"] = PlainBuildBench.RunAsync,
    ["push-large"] = PushLargeBench.RunAsync,
    ["push-local"] = PushLocalBench.RunAsync,
    ["run-local"] = RunLocalBench.RunAsync,
    ["slurm"] = SlurmBench.RunAsync,
    ["snapshot"] = SnapshotBench.RunAsync,
    ["surfaces"] = SurfacesBench.RunAsync,
};

if (args is ["push-ssh", .. var choice])
{
    return await PushSshBench.RunAsync(Console.Out, choice).ConfigureAwait(false);
}

if (args is ["items-ssh", .. var rows])
{
    return await ItemsSshBench.RunAsync(Console.Out, rows).ConfigureAwait(false);
}

if (args is ["makespan", .. var places])
{
    return await MakespanBench.RunAsync(Console.Out, places).ConfigureAwait(false);
}

if (args is ["many", .. var directory])
{
    return await ManyBench.RunAsync(Console.Out, directory).ConfigureAwait(false);
}

// Processes of other benchmarks.
if (args is ["many-client", var count, var root])
{
    await ManyBench.ClientAsync(Console.Out, count, root).ConfigureAwait(false);
    return 0;
}

if (args is ["stub-workers", .. var run])
{
    await StubWorkers.RunAsync(run).ConfigureAwait(false);
    return 0;
}

if (args is [var name] && benchmarks.TryGetValue(name, out var benchmark))
{
    await benchmark(Console.Out).ConfigureAwait(false);
    return 0;
}

var isList = args.Length == 0;
await (isList ? Console.Out : Console.Error).WriteLineAsync($"usage: bench/run.sh NAME, where NAME is one of: {string.Join(", ", benchmarks.Keys.Concat(["items-ssh [CHOICE]...", "makespan [PLACE]...", "many [DIRECTORY]", "push-ssh [CHOICE]..."]).Order(StringComparer.Ordinal))}").ConfigureAwait(false);
return isList ? 0 : 2;
