namespace Clustrix.Runs;

/// <summary>What a run does.</summary>
public enum RunState
{
    /// <summary>Workers are at it.</summary>
    Running,

    /// <summary>Every item has a result, or the run was cancelled.</summary>
    Ended,

    /// <summary>Nobody is at it and it isn't finished: its workers were killed, or the host was restarted.</summary>
    Stopped,
}

internal static class RunStateText
{
    public static RunState Parse(string word) => word switch
    {
        "running" => RunState.Running,
        "ended" => RunState.Ended,
        _ => RunState.Stopped,
    };
}
