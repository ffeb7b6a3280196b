using Clustrix.Diagnostics;

namespace Clustrix.Schedulers;

/// <summary>Options of a submission on which a run rests.</summary>
internal static class OwnOptions
{
    /// <summary>Why nobody else may say how jobs and workers are called and where they write.</summary>
    public const string Identity = "which would take the place of what Clustrix itself says there: it names jobs, numbers workers and says where they write. Leave it out; Workers sets how many there are.";

    /// <summary>Why nobody else may say what a submission does and answers.</summary>
    public const string Answer = "with which a submission wouldn't do what a run needs of it: submit a script to the queue, and answer at once with the job's id. Leave it out.";

    /// <summary>Why nobody else may say how many nodes a worker has.</summary>
    public const string Nodes = "which would give workers other nodes than their items are started on. Leave it out, and set the items' Nodes.";

    /// <summary>Finds one among those that a user gives.</summary>
    /// <param name="options">Lines of options.</param>
    /// <param name="faultOf">What is wrong with a word of such a line, with the remedy; null when nothing is.</param>
    /// <returns>The problem with its remedy; null when there is none.</returns>
    public static Problem? FaultOf(IEnumerable<string> options, Func<string, string?> faultOf) => options
        .SelectMany(option => option.Split(' ').Select(faultOf).OfType<string>().Select(fault => new Problem(ErrorCode.SchedulerRefused, $"SchedulerOptions has '{option}', {fault}")))
        .FirstOrDefault();
}
