using System.Globalization;
using Clustrix.Testing;
using Clustrix.Workloads;

namespace Clustrix.Tests.Workloads;

public sealed class LookingAtAPath
{
    [Fact]
    public void Nothing_is_told_by_the_answer()
    {
        using var tree = new TempDirectory();
        tree.Write("file", "");

        FileStatus.TryRead(tree["absent"], out _).ShouldBeFalse();
        FileStatus.TryRead(tree["file/below"], out _).ShouldBeFalse();
        FileStatus.TryReadPortably(tree["absent"], out _).ShouldBeFalse();
    }

    [Fact]
    public void A_path_that_cannot_be_looked_up_is_an_error()
    {
        using var tree = new TempDirectory();

        Should.Throw<IOException>(() => FileStatus.TryRead(tree[new string('x', 5000)], out _));
    }

    [Fact]
    public void Both_ways_of_asking_tell_the_same_about_kind_size_mode_and_time()
    {
        using var tree = PayloadTree.Sample();
        foreach (var path in Directory.EnumerateFileSystemEntries(tree.Root, "*", SearchOption.AllDirectories))
        {
            FileStatus.TryRead(path, out var exact).ShouldBeTrue();
            FileStatus.TryReadPortably(path, out var portable).ShouldBeTrue();

            portable.IsFile.ShouldBe(exact.IsFile);
            portable.IsDirectory.ShouldBe(exact.IsDirectory);
            portable.IsSymbolicLink.ShouldBe(exact.IsSymbolicLink);
            if (exact.IsFile)
            {
                portable.IsExecutable.ShouldBe(exact.IsExecutable);
                portable.Size.ShouldBe(exact.Size);
                (portable.ModifiedNanoseconds / 100).ShouldBe(exact.ModifiedNanoseconds / 100);
            }
        }
    }

    [Fact]
    public async Task The_numbers_are_those_of_stat()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var tree = new TempDirectory();
        tree.Write("file", "content");
        await Shell.RunAsync(tree, "TZ=UTC stat -c '%i %s %Y %Z %u %f %D' file >told");
        FileStatus.TryRead(tree["file"], out var status).ShouldBeTrue();

        status.IsExact.ShouldBeTrue();
        var device = ((status.Device >> 32) << 8) | (status.Device & 0xFF);
        string.Create(
            CultureInfo.InvariantCulture,
            $"{status.Inode} {status.Size} {status.ModifiedNanoseconds / 1_000_000_000} {status.ChangedNanoseconds / 1_000_000_000} {status.Owner} {status.Mode:x} {device:x}")
            .ShouldBe((await File.ReadAllTextAsync(tree["told"])).TrimEnd());
    }
}
