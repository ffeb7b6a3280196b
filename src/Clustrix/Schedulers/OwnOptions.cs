using Clustrix.Diagnostics;

namespace Clustrix.Schedulers;

/// <summary>Options of a submission on which a run rests: names, numbers, logs, and that the scheduler answers at once with the job's id.</summary>
internal static class OwnOptions
{
    /// <summary>Finds one among those that a user gives.</summary>
    /// <param name="options">Lines of options.</param>
    /// <param name="isOwn">Whether a word of such a line is one.</param>
    /// <returns>The problem with its remedy; null when there is none.</returns>
    public static Problem? FaultOf(IEnumerable<string> options, Func<string, bool> isOwn) => options.FirstOrDefault(option => option.Split(' ').Any(isOwn)) is { } own
        ? new Problem(ErrorCode.SchedulerRefused, $"SchedulerOptions has '{own}', which would take the place of what Clustrix itself says there: it names jobs, numbers workers and says where they write. Leave it out; Workers sets how many there are.")
        : null;
}
