using Clustrix.Diagnostics;

namespace Clustrix.Node;

/// <summary>Puts the node program's words for what went wrong into the catalogue's terms.</summary>
internal static class NodeError
{
    /// <summary>The word by which a node says that a blob went away between the question and the link to it.</summary>
    public const string Gone = "gone";

    /// <summary>The word by which a node says that what arrived doesn't match its digest.</summary>
    public const string Corrupt = "corrupt";

    /// <summary>The word by which a node says that it couldn't fetch from another host.</summary>
    public const string NotCopied = "not-copied";

    // A clean-up keeps the runs of the last days, unless it is told otherwise; and then they are gone, collected or not.
    private const string MakeRoom =
        "free some space or files (df -h and df -i tell what there is; ClustrixClean with ClustrixKeepDays=0 removes all finished runs, and with them what wasn't collected) or raise the quota";

    public static ClustrixException ToException(string host, string error)
    {
        var space = error.IndexOf(' ', StringComparison.Ordinal);
        var word = space < 0 ? error : error[..space];
        var text = space < 0 ? "" : error[(space + 1)..].Trim();
        var (code, message) = word switch
        {
            "store-not-writable" => (ErrorCode.StoreNotWritable, $"the store can't be made or written ({text}). Set StoreRoot to a directory that you may write, or mend its permissions."),
            "store-full" => (ErrorCode.StoreFull, $"no space is left for the store ({text}). Nothing was published; {MakeRoom}, and start again."),
            "run-full" => (ErrorCode.StoreFull, RunFull(text)),
            "clean-full" => (ErrorCode.StoreFull, $"no space is left for the store, not even for what a clean-up writes ({text}). Remove something else from its file system (df -h and df -i tell what there is) or raise the quota, and clean up again."),
            "store-too-new" => (ErrorCode.StoreTooNew, $"the store was written by a newer version of Clustrix (format {text}). Update Clustrix, or set StoreRoot to another directory."),
            "store-foreign" => (ErrorCode.StoreForeign, $"the store '{text}' belongs to another user. Set StoreRoot to a directory of your own: a store isn't shared between users."),
            "tool-missing" => (ErrorCode.ToolMissing, $"the host lacks {text}. Install it there (Debian and Ubuntu: coreutils, tar, gzip, util-linux)."),
            Corrupt => (ErrorCode.TransferCorrupt, $"what arrived doesn't match its digest ({text}). Nothing was published; start again."),
            "unknown-run" => (ErrorCode.UnknownRun, $"there is no run '{text}'. List the runs with the ClustrixStatus target."),
            NotCopied => (ErrorCode.ConnectionLost, $"it couldn't fetch from another host: {text}."),
            Gone => (ErrorCode.ProtocolError, $"files went away while they were used ({text}). Start again."),
            "busy" => (ErrorCode.StoreNotWritable, $"{text}. Wait until it has finished."),
            _ => (ErrorCode.ProtocolError, $"the node program answered '{error}'. Client and store don't fit together; remove the store's 'node' directory and start again."),
        };
        return new ClustrixException(code, $"{host}: {message}") { Data = { ["word"] = word, ["text"] = text } };
    }

    // RUN TEXT, or - TEXT when it isn't about one run.
    private static string RunFull(string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        var (run, what) = (text[..Math.Max(space, 0)], text[(space + 1)..]);
        return $"no space is left for the store ({what}). What has passed is kept: {MakeRoom}, and start again."
            + (run is "" or "-" ? "" : $" If the run isn't to go on: 'clustrix collect {run}' brings what has passed, and 'clustrix cancel {run}' and then ClustrixClean with ClustrixKeepDays=0 give back the room.");
    }

    public static bool Is(ClustrixException exception, string word) => Equals(exception.Data["word"], word);
}
