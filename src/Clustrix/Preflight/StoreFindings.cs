using System.Globalization;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Node;

namespace Clustrix.Preflight;

/// <summary>Whether a host's store can be used, and whether there is room for it.</summary>
/// <param name="answer">What the host has said.</param>
/// <param name="commands">Writes the remedies.</param>
internal sealed class StoreFindings(ProbeAnswer answer, HostCommands commands)
{
    private const long FewBytes = 1_000_000_000;
    private const long FewInodes = 10_000;

    // What df calls nothing may still be enough for a directory.
    private const long NoBytes = 65_536;

    private static readonly string[] SignsOfFullness = ["No space left", "quota exceeded", "Quota exceeded"];

    private readonly string _root = answer.Text("store");
    private readonly long? _freeBytes = answer.Number("space") * 1024;
    private readonly long? _freeInodes = TotalInodes(answer) > 0 ? answer.Number("inodes") : null;

    public IEnumerable<Finding> All()
    {
        if (_root.Length == 0)
        {
            return [];
        }

        var use = Use();
        return use.Level == FindingLevel.Failure ? [use] : [use, .. Details()];
    }

    private Finding Use()
    {
        if (answer.Text("store.owner") == "other")
        {
            return Finding.Failure(
                "store", ErrorCode.StoreForeign, $"the store '{_root}' belongs to another user", advice: "Set StoreRoot to a directory of your own: a store isn't shared between users.");
        }

        if (answer.Has("store.format") && FormatOf(answer) != NodeProgram.StoreFormat)
        {
            return Finding.Failure(
                "store",
                ErrorCode.StoreTooNew,
                $"the store '{_root}' was written by a newer version of Clustrix (format {FormatOf(answer)})",
                advice: "Update Clustrix on this machine, or set StoreRoot to another directory.");
        }

        var written = answer.Text("store.write");
        return written == "ok" ? Tried() : written.Length == 0 ? Unknown() : IsFull(written) ? Full(written) : NotWritable(written);
    }

    // The number, and behind it what tells the store from all others.
    private static string FormatOf(ProbeAnswer answer) => answer.Text("store.format").Split(' ')[0];

    // The first files may be the last ones for which there is room: a link, or a program, then fails of that and of nothing else.
    private Finding Tried() =>
        ((string[])["store.link", "store.exec"]).Select(answer.Text).FirstOrDefault(SaysFull) is { } refused ? Full(refused) : Links();

    private Finding Links() => answer.Text("store.link") == "ok"
        ? Finding.Ok("store", $"'{_root}' can be written, with hard links")
        : Finding.Failure(
            "store",
            ErrorCode.StoreNotWritable,
            $"no hard links can be made in '{_root}' ({answer.Text("store.link")}{(answer.Text("protected_hardlinks") == "1" ? "; fs.protected_hardlinks is 1, so that only a file's owner links it" : "")})",
            advice: "Set StoreRoot to a directory on a file system that has them, such as ext4, xfs, btrfs or NFS, and on which files belong to who makes them.");

    // The host didn't get so far; that is told elsewhere.
    private Finding Unknown() => Finding.Ok("store", $"'{_root}' wasn't tried");

    private Finding Full(string written) => Finding.Failure(
        "store",
        ErrorCode.StoreFull,
        $"nothing more can be written to '{_root}' ({written}; {Space()})",
        commands.There($"df -h {Quoted}; df -i {Quoted}; du -xsh {Quoted}"),
        "Free some space, raise the quota, or set StoreRoot to a larger file system; when a little is free, 'clustrix clean' removes what no run needs.");

    private Finding NotWritable(string written)
    {
        var user = answer.Text("user");
        return written.Contains("Read-only file system", StringComparison.Ordinal)
            ? Finding.Failure(
                "store",
                ErrorCode.StoreNotWritable,
                $"'{_root}' is on a read-only file system",
                commands.There($"sudo mount -o remount,rw {ShellText.Quote(Mount)}"),
                "Set StoreRoot to a directory that can be written, or make this one writable.")
            : Finding.Failure(
                "store",
                ErrorCode.StoreNotWritable,
                $"the store '{_root}' can't be made or written ({written})",
                commands.There($"sudo install -d -o {ShellText.Quote(user.Length > 0 ? user : "$USER")} -m 700 {Quoted}"),
                "Set StoreRoot to a directory that you may write, or have this one made for you.");
    }

    private IEnumerable<Finding> Details()
    {
        if (answer.Has("store.exec"))
        {
            yield return Finding.Warning(
                "programs",
                $"no program can be run from '{_root}' ({answer.Text("store.exec")}): items that call one of the payload's will fail",
                commands.There($"sudo mount -o remount,exec {ShellText.Quote(Mount)}"));
        }

        if (_freeBytes is { } bytes)
        {
            yield return bytes < FewBytes ? Little("space", $"only {ByteSize.Format(bytes)} are free for the store") : Finding.Ok("space", $"{ByteSize.Format(bytes)} are free");
        }

        if (_freeInodes is { } inodes)
        {
            yield return inodes < FewInodes
                ? Little("files", string.Create(CultureInfo.InvariantCulture, $"only {inodes} more files can be made on the store's file system"))
                : Finding.Ok("files", string.Create(CultureInfo.InvariantCulture, $"{inodes} more can be made"));
        }
    }

    private Finding Little(string subject, string text) =>
        Finding.Warning(subject, text, commands.There($"du -xsh {Quoted}"), "'clustrix clean' removes what no run needs; StoreRoot may name a larger file system.");

    private bool IsFull(string written) => SaysFull(written) || _freeBytes < NoBytes || _freeInodes == 0;

    private static bool SaysFull(string refused) => SignsOfFullness.Any(sign => refused.Contains(sign, StringComparison.Ordinal));

    private string Space() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(_freeBytes is { } bytes ? ByteSize.Format(bytes) : "unknown")} and {(_freeInodes is { } inodes ? Results.Count.Of(inodes, "file") : "any number of files")} free");

    // A file system that makes them as they are needed tells 0 of 0.
    private static long TotalInodes(ProbeAnswer answer) =>
        answer.Text("inodes").Split(' ') is [_, var total] && long.TryParse(total, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private string Quoted => ShellText.Quote(_root);

    private string Mount => answer.Text("mount").Length > 0 ? answer.Text("mount") : _root;
}
