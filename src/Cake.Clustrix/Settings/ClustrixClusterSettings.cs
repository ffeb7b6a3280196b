using Cake.Core.IO;

namespace Cake.Clustrix;

/// <summary>Which cluster is meant and how it is reached.</summary>
public abstract class ClustrixClusterSettings : ClustrixSettings
{
    /// <summary>The cluster: <c>local</c>, the default, <c>ssh://user@host</c>, <c>slurm://user@host/partition</c>, or the name of one in <c>clusters</c> of a <c>clustrix.json</c>.</summary>
    public string? Cluster { get; set; }

    /// <summary>The directory on the cluster in which payloads, runs and results are kept; <c>~/.cache/clustrix</c> there by default.</summary>
    public string? StoreRoot { get; set; }

    /// <summary>Machines to run on over SSH, each as ssh takes it: a name, <c>user@name</c> or <c>ssh://user@name:port</c>; empty by default.</summary>
    public ICollection<string> Hosts { get; } = [];

    /// <summary>Whether all hosts see one and the same store, such as a home on NFS; false by default.</summary>
    public bool? SharedStore { get; set; }

    /// <summary>Whether the payload is sent to one host, and the others fetch it there by their own ssh; false by default.</summary>
    public bool? CopyBetweenHosts { get; set; }

    /// <summary>How many of the hosts must be usable for a run or a push, from 1 on; the others are named and left out. 1 by default.</summary>
    public int? MinHosts { get; set; }

    /// <summary>Which host keys are accepted: <c>strict</c>, the default: known ones; <c>accept-new</c>: also those of new hosts; <c>SHA256:…</c>: the one with this fingerprint.</summary>
    public string? HostKeyPolicy { get; set; }

    /// <summary>The configuration file for ssh; <c>~/.ssh/config</c> and the system's by default.</summary>
    public FilePath? SshConfig { get; set; }

    /// <summary>How long a host may take to accept a connection; 15 seconds by default.</summary>
    public TimeSpan? ConnectTimeout { get; set; }

    /// <summary>How long a host may be out of sight during a run before its unfinished items are attempted on others; 2 minutes by default.</summary>
    public TimeSpan? HostLossTimeout { get; set; }

    /// <summary>Who gives the workers: <c>pool</c>, the default, for Clustrix itself, on each host; <c>slurm</c> for the batch scheduler of the one host.</summary>
    public string? Scheduler { get; set; }

    /// <summary>The scheduler's partition (Slurm) or queue (Grid Engine, PBS); its default when not set.</summary>
    public string? Partition { get; set; }
}
