using System.Globalization;
using Clustrix.Node;

namespace Clustrix.Schedulers;

/// <summary>The script of an array, as it is submitted: the scheduler's options, and what every scheduler runs as a worker.</summary>
internal static class WorkerScript
{
    /// <summary>The script.</summary>
    /// <param name="directive">What a line begins with that the scheduler reads an option from.</param>
    /// <param name="options">The options, each as the scheduler's submit command takes it.</param>
    /// <param name="array">The array.</param>
    /// <param name="number">The worker's number in the array, from 1, as the shell makes it of the scheduler's variables.</param>
    /// <param name="start">What tells a start of the worker from all others, of letters and digits, likewise.</param>
    public static string Of(string directive, IEnumerable<string> options, WorkerArray array, string number, string start) =>
        $"#!/bin/sh\n{string.Concat(options.Select(option => $"{directive} {option}\n"))}{Body(array, WorkerTask.MemberOf(array.Name, number, start), number)}";

    // That a worker was started is told by its log, which a scheduler may bring when it ends and not before.
    private static string Body(WorkerArray array, string member, string number) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""

        # Workers of Clustrix for run {{array.Run}}: each takes one item after the other from the run's queue until none is left.
        root={{ShellText.Quote(array.StoreRoot)}}
        program=$root/node/{{NodeProgram.Digest}}.sh
        member={{member}}
        read -r _ token 2>/dev/null <"$root/format"
        if [ "${token-}" != {{array.StoreToken}} ] || [ ! -r "$program" ]; then
        	echo "clustrix: $(uname -n) doesn't see the store $root that the client writes to"
        	exit {{WorkerArray.StoreUnseen}}
        fi
        true >>"$root/{{array.Directory}}/jobs/{{array.Name}}.{{number}}.log"
        CLUSTRIX_RUN={{array.Run}} CLUSTRIX_POOL={{array.Run}}/$member
        export CLUSTRIX_RUN CLUSTRIX_POOL
        exec sh "$program" worker "$root" {{array.Run}} "$member" {{(long)array.Lifetime.TotalSeconds}} {{array.Class.Name}} {{number}} {{array.Workers}}

        """);
}
