namespace Clustrix.Conformance;

/// <summary>A file system of a few megabytes, of root's making, that is gone at the end.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly string _path;

    private SmallDisk(string path)
    {
        _path = path;
    }

    public static async Task<SmallDisk> MountAsync(string path, int megabytes)
    {
        Directory.CreateDirectory(path);
        await Shell.RunAsync(path, $"mount -t tmpfs -o size={megabytes}m none \"$PWD\"");
        return new SmallDisk(path);
    }

    public void FillUpTo(int freeBytes)
    {
        var free = new DriveInfo(_path).AvailableFreeSpace;
        using var ballast = File.Create(Path.Combine(_path, "ballast"));
        var block = new byte[4096];
        for (var left = free - freeBytes; left > 0; left -= block.Length)
        {
            ballast.Write(block);
        }
    }

    public void MakeSpace() => File.Delete(Path.Combine(_path, "ballast"));

    public async ValueTask DisposeAsync() => await Shell.RunAsync("/", $"umount -l '{_path}'");
}
