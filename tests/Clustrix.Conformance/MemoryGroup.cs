namespace Clustrix.Conformance;

/// <summary>A few megabytes of memory for whoever joins; the kernel ends what needs more. Of root's making, and gone at the end.</summary>
internal sealed class MemoryGroup : IDisposable
{
    private const string Parent = "/sys/fs/cgroup/memory";

    private readonly string _path = $"{Parent}/clustrix-test-{Guid.NewGuid():N}";

    public MemoryGroup(int megabytes)
    {
        Directory.CreateDirectory(_path);
        File.WriteAllText($"{_path}/memory.limit_in_bytes", $"{megabytes}M");
    }

    /// <summary>Whether this machine has such groups, and this user may make one.</summary>
    public static bool Available => Environment.IsPrivilegedProcess && File.Exists($"{Parent}/memory.limit_in_bytes");

    /// <summary>The file into which a process writes its id to join.</summary>
    public string Members => $"{_path}/cgroup.procs";

    // A group that somebody is still in can't be removed; a process that was killed is in it until it was waited for.
    public void Dispose()
    {
        Condition.HoldsAsync(() => File.ReadAllText(Members).Length == 0, "nobody is in the group").GetAwaiter().GetResult();
        Directory.Delete(_path);
    }
}
