using System.Diagnostics;
using System.Globalization;
using Clustrix.Diagnostics;

namespace Clustrix.Runs;

/// <summary>
/// Connects again where something other than a run's watch has lost a connection: less and less often, until hosts have been out of sight for
/// too long, all their absences taken together. One try is made in any case.
/// </summary>
/// <param name="patience">How long that is.</param>
/// <param name="log">Hears of it.</param>
internal sealed class Reconnection(TimeSpan patience, ILog log)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private TimeSpan _absent;
    private int _tries;

    /// <summary>Waits until a host is back, with a new session.</summary>
    /// <param name="hosts">Hosts that were given up; the first that is back is enough.</param>
    /// <param name="failure">What they were lost with; null when that has been told.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ClustrixException">They have been out of sight for too long, with what was heard last; or the failure is none that passes.</exception>
    public async Task ConnectAsync(IReadOnlyList<ClusterHost> hosts, ClustrixException? failure, CancellationToken cancellationToken)
    {
        var (before, start) = (hosts.Min(host => host.LostFor), Stopwatch.GetTimestamp());
        if (failure is not null)
        {
            if (!IsAbsence(failure) || !hosts.Any(host => host.Reconnects) || (_tries > 0 && Left() <= TimeSpan.Zero))
            {
                throw failure;
            }

            log.Warn(new Problem(failure.Code, $"{failure.Problems[0].Message} Connecting again.", Severity: Severity.Warning));
        }

        while (true)
        {
            await Task.Delay(Pause(_tries++, Left()), cancellationToken).ConfigureAwait(false);
            foreach (var host in hosts)
            {
                try
                {
                    await host.ReconnectAsync(cancellationToken).ConfigureAwait(false);
                    var absence = before + Stopwatch.GetElapsedTime(start);
                    _absent += absence;
                    log.Say(string.Create(CultureInfo.InvariantCulture, $"{host.Name} is back after {absence.TotalSeconds:0.0} s."));
                    return;
                }
                catch (ClustrixException e) when (IsAbsence(e))
                {
                    log.Detail(e.Problems[0].Message);
                    failure = e;
                }
            }

            if (Left() <= TimeSpan.Zero)
            {
                throw failure!;
            }
        }

        TimeSpan Left() => patience - _absent - before - Stopwatch.GetElapsedTime(start);
    }

    private static bool IsAbsence(ClustrixException failure) => failure.Code is ErrorCode.ConnectionLost or ErrorCode.HostTimeout or ErrorCode.HostUnreachable;

    // Many clients lose a host at the same moment and must not all come back at the same moment. The last try is made when the time is over.
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5394", Justification = "No secret: it only spreads the load.")]
    private static TimeSpan Pause(int tries, TimeSpan left)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(tries, 10));
        pause = (pause < LongestPause ? pause : LongestPause) * (0.5 + Random.Shared.NextDouble());
        return left < TimeSpan.Zero ? TimeSpan.Zero : pause < left ? pause : left;
    }
}
