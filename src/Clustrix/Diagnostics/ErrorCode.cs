using System.Globalization;

namespace Clustrix.Diagnostics;

/// <summary>
/// The catalogue of everything that can go wrong and be told. 1xxx input and configuration, 2xxx snapshot and hash,
/// 3xxx hosts and stores, 4xxx schedulers, 5xxx items and results, 6xxx environments, 9xxx a bug of ours.
/// A number is never given twice; each has a page <c>docs/errors/CLXnnnn.md</c>.
/// </summary>
public enum ErrorCode
{
    /// <summary>A setting or a metadata name that nothing reads.</summary>
    UnknownSetting = 1001,

    /// <summary>A duration without a unit, or one that can't be read.</summary>
    BadDuration = 1002,

    /// <summary>A size without a unit, or one that can't be read.</summary>
    BadSize = 1003,

    /// <summary>A number, a switch or a word outside what the setting takes.</summary>
    BadValue = 1004,

    /// <summary>An item that says nothing to run.</summary>
    ItemWithoutCommand = 1005,

    /// <summary>Two items with one name.</summary>
    DuplicateItem = 1006,

    /// <summary>A payload path that isn't there.</summary>
    PayloadMissing = 1007,

    /// <summary>A destination or a link that leads out of the payload's root.</summary>
    PayloadEscapesRoot = 1008,

    /// <summary>Two payload files for one destination path.</summary>
    PayloadCollision = 1009,

    /// <summary>A file of the payload that can't be read, or that changes while it is read.</summary>
    PayloadUnreadable = 1010,

    /// <summary>An output pattern that can't be read or that leads out of the item's directory.</summary>
    BadOutputPattern = 1011,

    /// <summary>A workload without an item.</summary>
    NothingToRun = 1012,

    /// <summary>A cluster that isn't defined, or a kind of cluster that this version doesn't know.</summary>
    UnknownCluster = 1013,

    /// <summary>A <c>clustrix.json</c> that can't be read.</summary>
    CorruptConfiguration = 1014,

    /// <summary>A <c>clustrix.json</c> that extends itself, through others or at once.</summary>
    CircularExtends = 1015,

    /// <summary>A verb, an option or an argument of the command line that isn't there, or one that is missing.</summary>
    BadCommandLine = 1020,

    /// <summary>No project where one is looked for, or more than one.</summary>
    ProjectNotFound = 1021,

    /// <summary>A project that can't be built, or that doesn't use Clustrix.</summary>
    ProjectUnusable = 1022,

    /// <summary>No .NET SDK, or not the one that a <c>global.json</c> asks for.</summary>
    SdkMissing = 1023,

    /// <summary>The working directory was deleted.</summary>
    WorkingDirectoryMissing = 1024,

    /// <summary>A file that is to be made is there already.</summary>
    FileExists = 1025,

    /// <summary>An address of a host that can't be one.</summary>
    BadHostAddress = 1026,

    /// <summary>Hosts share a store and it isn't declared, or the other way round.</summary>
    StoresNotAsDeclared = 1027,

    /// <summary>The tool was told to end by Ctrl-C or another signal.</summary>
    Interrupted = 1030,

    /// <summary>No <c>project.assets.json</c>: the project isn't restored.</summary>
    NoAssetsFile = 2001,

    /// <summary>A <c>project.assets.json</c> that can't be read.</summary>
    CorruptAssetsFile = 2002,

    /// <summary>A package whose files on disk don't match its content hash.</summary>
    PackageContentMismatch = 2003,

    /// <summary>A floating version that resolved to another version than the lock file's.</summary>
    FloatingVersionMoved = 2004,

    /// <summary>A package that came from a source outside the configured ones.</summary>
    ForeignPackageSource = 2005,

    /// <summary>A package with a known vulnerability.</summary>
    VulnerablePackage = 2006,

    /// <summary>A package that its authors have deprecated.</summary>
    DeprecatedPackage = 2007,

    /// <summary>A <c>packages.lock.json</c> that can't be read.</summary>
    CorruptLockFile = 2008,

    /// <summary>A package that the assets file names and that isn't on disk.</summary>
    PackageMissing = 2009,

    /// <summary>A snapshot file that can't be read, or one of another format version.</summary>
    CorruptSnapshot = 2010,

    /// <summary>A project output that the snapshot names and that isn't there: the project isn't built.</summary>
    ProjectOutputMissing = 2011,

    /// <summary>No POSIX shell could be started on the host.</summary>
    HostUnreachable = 3001,

    /// <summary>The host lacks a tool that the node program needs.</summary>
    ToolMissing = 3002,

    /// <summary>The store's root can't be made or written.</summary>
    StoreNotWritable = 3003,

    /// <summary>The store's file system is full, or a quota is used up.</summary>
    StoreFull = 3004,

    /// <summary>The store was written by a newer version of Clustrix.</summary>
    StoreTooNew = 3005,

    /// <summary>The connection to the host ended in the middle of a request.</summary>
    ConnectionLost = 3006,

    /// <summary>The host answered something that isn't the protocol.</summary>
    ProtocolError = 3007,

    /// <summary>What arrived on the host doesn't match its digest.</summary>
    TransferCorrupt = 3008,

    /// <summary>A file of the store no longer matches its digest; it was put into quarantine.</summary>
    BlobQuarantined = 3009,

    /// <summary>The host didn't answer in time.</summary>
    HostTimeout = 3010,

    /// <summary>The store belongs to another user.</summary>
    StoreForeign = 3011,

    /// <summary>The host's key isn't the known one, or isn't known.</summary>
    HostKeyRejected = 3012,

    /// <summary>The host doesn't let the user in.</summary>
    HostAccessDenied = 3013,

    /// <summary>Fewer hosts can be used than are needed.</summary>
    TooFewHosts = 3014,

    /// <summary>The .NET runtime that a program needs isn't there.</summary>
    RuntimeMissing = 3015,

    /// <summary>The .NET runtime of this machine doesn't run on the host.</summary>
    RuntimeUnsuitable = 3016,

    /// <summary>A host can be used, and something on it is worth a look.</summary>
    HostConcern = 3017,

    /// <summary>An item asks for more than any host of the cluster has.</summary>
    RequestTooLarge = 4001,

    /// <summary>The workers couldn't be started.</summary>
    WorkersNotStarted = 4002,

    /// <summary>The batch scheduler doesn't take what it is asked for.</summary>
    SchedulerRefused = 4003,

    /// <summary>The batch scheduler doesn't answer, or not in a way that can be read.</summary>
    SchedulerUnavailable = 4004,

    /// <summary>The batch scheduler hasn't started any worker for too long.</summary>
    QueueTimeout = 4005,

    /// <summary>The compute nodes don't see the store that the client writes to.</summary>
    StoreNotOnNodes = 4006,

    /// <summary>A worker that the scheduler gave is gone before its time.</summary>
    WorkerLost = 4007,

    /// <summary>The batch scheduler holds workers back until somebody releases them.</summary>
    WorkersHeld = 4008,

    /// <summary>An item may take longer than the scheduler lets a worker run.</summary>
    TimeLimitTooShort = 4009,

    /// <summary>An item failed: its command ended with an exit code other than 0.</summary>
    ItemFailed = 5001,

    /// <summary>An item ran longer than its timeout and was ended.</summary>
    ItemTimedOut = 5002,

    /// <summary>An item used more memory than it may.</summary>
    ItemOutOfMemory = 5003,

    /// <summary>An item was ended by a signal, or three workers died under it.</summary>
    ItemCrashed = 5004,

    /// <summary>An item was cancelled.</summary>
    ItemCancelled = 5005,

    /// <summary>An item has no record although its run has ended.</summary>
    ItemLost = 5006,

    /// <summary>An output pattern of an item that matches nothing.</summary>
    ItemMissingOutputs = 5007,

    /// <summary>An output that arrived doesn't match the digest in its record.</summary>
    OutputCorrupt = 5008,

    /// <summary>An output whose path would lead out of the artifacts directory.</summary>
    OutputEscapes = 5009,

    /// <summary>A run id that names no run, or more than one.</summary>
    UnknownRun = 5010,

    /// <summary>A run, a record or a journal that was written by a newer version of Clustrix.</summary>
    RunTooNew = 5011,

    /// <summary>The artifacts directory can't be written.</summary>
    ArtifactsNotWritable = 5012,

    /// <summary>An output whose name isn't UTF-8.</summary>
    OutputNameUnusable = 5013,

    /// <summary>Outputs that lie on a host which can't be reached any more.</summary>
    OutputsNotCollected = 5014,

    /// <summary>An item that the run doesn't have.</summary>
    UnknownItem = 5020,

    /// <summary>A bug of ours: something happened that the program holds to be impossible.</summary>
    Bug = 9001,
}

/// <summary>How a code is written.</summary>
public static class ErrorCodeText
{
    /// <summary>The code as users see it, such as <c>CLX1002</c>.</summary>
    public static string ToText(this ErrorCode code) => string.Create(CultureInfo.InvariantCulture, $"CLX{(int)code:D4}");
}
