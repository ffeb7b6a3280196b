namespace Clustrix.Runs;

/// <summary>What a run does.</summary>
public enum RunState
{
    /// <summary>Workers are at it.</summary>
    Running,

    /// <summary>Every item has a result, or the run was cancelled.</summary>
    Ended,

    /// <summary>Its workers wait in a scheduler's queue.</summary>
    Waiting,

    /// <summary>Nobody is at it and it isn't finished: its workers were killed, or the host was restarted.</summary>
    Stopped,

    /// <summary>Nobody is seen at it, and its scheduler, which may have workers of it in the queue, can't be asked.</summary>
    Unknown,
}

internal static class RunStateText
{
    public static RunState Parse(string word) => word switch
    {
        "running" => RunState.Running,
        "ended" => RunState.Ended,
        _ => RunState.Stopped,
    };

    /// <summary>The state of a run that is on several hosts: at work as long as one of them is.</summary>
    public static RunState Together(IEnumerable<RunState> states)
    {
        var all = states.ToList();
        return all.Contains(RunState.Running) ? RunState.Running
            : all.Contains(RunState.Waiting) ? RunState.Waiting
            : all.Contains(RunState.Stopped) ? RunState.Stopped
            : RunState.Ended;
    }
}
