using System.Globalization;
using Clustrix.Node;

namespace Clustrix.Schedulers;

/// <summary>What every scheduler runs as a worker.</summary>
internal static class WorkerScript
{
    /// <summary>The script behind the scheduler's options.</summary>
    /// <param name="array">The array.</param>
    /// <param name="member">The worker's name, of letters, digits and <c>_</c>, as the shell makes it of the scheduler's variables: no two starts have the same.</param>
    /// <param name="number">The worker's number in the array, from 1, likewise.</param>
    public static string Body(WorkerArray array, string member, string number) => string.Create(
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
        CLUSTRIX_RUN={{array.Run}} CLUSTRIX_POOL={{array.Run}}/$member
        export CLUSTRIX_RUN CLUSTRIX_POOL
        exec sh "$program" worker "$root" {{array.Run}} "$member" {{(long)array.Lifetime.TotalSeconds}} {{array.Class.Name}} {{number}} {{array.Workers}}

        """);
}
