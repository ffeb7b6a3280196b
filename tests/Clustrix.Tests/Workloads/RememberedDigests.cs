using Clustrix.Diagnostics;
using Clustrix.Testing;
using Clustrix.Workloads;

namespace Clustrix.Tests.Workloads;

public sealed class RememberedDigests : IDisposable
{
    private static readonly string Known = new('a', 64);

    private readonly TempDirectory _directory = new();
    private readonly FakeClock _clock;
    private readonly string _file;
    private readonly string _cacheFile;

    public RememberedDigests()
    {
        _file = _directory.Write("tree/file", "content");
        _cacheFile = _directory["cache/digests"];
        _clock = new FakeClock(ChangedAt(_file) + TimeSpan.FromSeconds(10));
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_digest_is_found_again_after_saving_and_loading()
    {
        await SaveAsync(cache => cache.Remember(_file, StatusOf(_file), Known, _clock.Now));

        (await LoadAsync()).Find(_file, StatusOf(_file)).ShouldBe(Known);
    }

    [Fact]
    public async Task A_digest_is_found_again_before_saving()
    {
        var cache = await LoadAsync();

        cache.Remember(_file, StatusOf(_file), Known, _clock.Now);

        cache.Find(_file, StatusOf(_file)).ShouldBe(Known);
    }

    [Fact]
    public async Task A_payload_is_built_from_what_is_remembered()
    {
        await SaveAsync(cache => cache.Remember(_file, StatusOf(_file), Known, _clock.Now));

        var payload = await BuildAsync(await LoadAsync());

        payload.Files[0].Digest.ShouldBe(Known);
    }

    [Fact]
    public async Task A_payload_s_files_are_remembered()
    {
        await SaveAsync(cache => BuildAsync(cache));

        (await LoadAsync()).Find(_file, StatusOf(_file)).ShouldBe("ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73");
    }

    [Fact]
    public async Task Another_path_size_inode_or_time_is_another_file()
    {
        var status = StatusOf(_file);
        var cache = await LoadAsync();
        cache.Remember(_file, status, Known, _clock.Now);

        cache.Find(_file + "2", status).ShouldBeNull();
        cache.Find(_file, status with { Size = status.Size + 1 }).ShouldBeNull();
        cache.Find(_file, status with { Inode = status.Inode + 1 }).ShouldBeNull();
        cache.Find(_file, status with { Device = status.Device + 1 }).ShouldBeNull();
        cache.Find(_file, status with { ModifiedNanoseconds = status.ModifiedNanoseconds + 1 }).ShouldBeNull();
        cache.Find(_file, status with { ChangedNanoseconds = status.ChangedNanoseconds + 1 }).ShouldBeNull();
    }

    [Fact]
    public async Task Changed_content_with_the_old_time_put_back_is_noticed()
    {
        var modified = File.GetLastWriteTimeUtc(_file);
        await SaveAsync(cache => BuildAsync(cache));
        var before = await BuildAsync(await LoadAsync());

        await File.WriteAllTextAsync(_file, "CONTENT");
        File.SetLastWriteTimeUtc(_file, modified);

        (await BuildAsync(await LoadAsync())).Root.ShouldNotBe(before.Root);
    }

    [Fact]
    public async Task Another_destination_is_noticed()
    {
        await SaveAsync(cache => BuildAsync(cache));
        var cache = await LoadAsync();

        var elsewhere = await new PayloadBuilder(cache, _clock).BuildAsync([new PayloadSource("l", _directory["tree"], "other")], CancellationToken.None);

        elsewhere.Files.ShouldHaveSingleItem().Path.ShouldBe("other/file");
        elsewhere.Root.ShouldNotBe((await BuildAsync(cache)).Root);
    }

    [Fact]
    public async Task A_deleted_file_is_noticed()
    {
        await SaveAsync(cache => BuildAsync(cache));
        File.Delete(_file);

        (await BuildAsync(await LoadAsync())).Files.ShouldHaveSingleItem().Kind.ShouldBe(FileKind.Directory);
    }

    [Theory]
    [InlineData(-5.0, false)]
    [InlineData(0.0, false)]
    [InlineData(1.9, false)]
    [InlineData(2.0, false)]
    [InlineData(2.1, true)]
    public async Task A_file_that_changed_just_before_it_was_read_is_not_trusted(double secondsLater, bool trusted)
    {
        var cache = await LoadAsync();

        cache.Remember(_file, StatusOf(_file), Known, ChangedAt(_file).AddSeconds(secondsLater));

        cache.Find(_file, StatusOf(_file)).ShouldBe(trusted ? Known : null);
    }

    [Fact]
    public async Task A_modification_time_in_the_future_is_not_trusted()
    {
        File.SetLastWriteTimeUtc(_file, _clock.Now.AddYears(1).UtcDateTime);
        var cache = await LoadAsync();

        cache.Remember(_file, StatusOf(_file), Known, _clock.Now);

        cache.Find(_file, StatusOf(_file)).ShouldBeNull();
    }

    [Fact]
    public async Task A_status_without_change_time_is_not_trusted()
    {
        FileStatus.TryReadPortably(_file, out var status).ShouldBeTrue();
        var cache = await LoadAsync();

        cache.Remember(_file, status, Known, _clock.Now);

        cache.Find(_file, status).ShouldBeNull();
    }

    [Fact]
    public async Task A_damaged_cut_or_foreign_file_counts_as_empty_and_is_replaced()
    {
        await SaveAsync(cache => cache.Remember(_file, StatusOf(_file), Known, _clock.Now));
        var whole = await File.ReadAllBytesAsync(_cacheFile);
        var damaged = Enumerable.Range(0, whole.Length).Select(i => whole.Select((b, j) => i == j ? (byte)(b ^ 1) : b).ToArray());
        var cut = Enumerable.Range(0, whole.Length).Select(length => whole[..length]);
        foreach (var bytes in damaged.Concat(cut).Append("something else entirely, and long enough to be one"u8.ToArray()))
        {
            await File.WriteAllBytesAsync(_cacheFile, bytes);
            (await LoadAsync()).Find(_file, StatusOf(_file)).ShouldBeNull();
        }

        await SaveAsync(cache => cache.Remember(_file, StatusOf(_file), Known, _clock.Now));
        (await LoadAsync()).Find(_file, StatusOf(_file)).ShouldBe(Known);
    }

    [Fact]
    public async Task Nothing_is_written_when_nothing_changed()
    {
        await SaveAsync(cache => BuildAsync(cache));
        var before = StatusOf(_cacheFile);

        await SaveAsync(cache => BuildAsync(cache));

        StatusOf(_cacheFile).ShouldBe(before);
    }

    [Fact]
    public async Task An_entry_lives_as_long_as_it_is_used()
    {
        await SaveAsync(cache => cache.Remember(_file, StatusOf(_file), Known, _clock.Now));
        for (var weeks = 0; weeks < 8; weeks++)
        {
            _clock.Now += TimeSpan.FromDays(7);
            await SaveAsync(cache => cache.Find(_file, StatusOf(_file)).ShouldBe(Known));
        }

        _clock.Now += TimeSpan.FromDays(31);
        await SaveAsync(cache => cache.Remember(_cacheFile, StatusOf(_cacheFile), Known, _clock.Now));

        (await LoadAsync()).Find(_file, StatusOf(_file)).ShouldBeNull();
    }

    [Fact]
    public async Task Builds_side_by_side_keep_each_other_s_entries()
    {
        var other = _directory.Write("other", "other");
        var here = await LoadAsync();
        var there = await LoadAsync();
        here.Remember(_file, StatusOf(_file), Known, _clock.Now);
        there.Remember(other, StatusOf(other), Known, ChangedAt(other).AddSeconds(10));

        await here.SaveAsync(SilentLog.Instance, CancellationToken.None);
        await there.SaveAsync(SilentLog.Instance, CancellationToken.None);

        var cache = await LoadAsync();
        cache.Find(_file, StatusOf(_file)).ShouldBe(Known);
        cache.Find(other, StatusOf(other)).ShouldBe(Known);
    }

    [Fact]
    public async Task Many_writers_at_once_leave_a_whole_file()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() =>
            SaveAsync(cache => cache.Remember(_file, StatusOf(_file), Known, _clock.Now)))));

        (await LoadAsync()).Find(_file, StatusOf(_file)).ShouldBe(Known);
        Directory.GetFiles(_directory["cache"]).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_is_no_error()
    {
        _directory.Write("cache", "a file where the directory should be");

        await SaveAsync(cache => cache.Remember(_file, StatusOf(_file), Known, _clock.Now));

        (await LoadAsync()).Find(_file, StatusOf(_file)).ShouldBeNull();
    }

    private static FileStatus StatusOf(string path) => FileStatus.TryRead(path, out var status) ? status : throw new FileNotFoundException(path);

    private static DateTimeOffset ChangedAt(string path) =>
        DateTimeOffset.UnixEpoch.AddTicks(StatusOf(path).ChangedNanoseconds / TimeSpan.NanosecondsPerTick);

    private Task<DigestCache> LoadAsync() => DigestCache.LoadAsync(_cacheFile, _clock, CancellationToken.None);

    private Task<Payload> BuildAsync(DigestCache cache) =>
        new PayloadBuilder(cache, _clock).BuildAsync([new PayloadSource("l", _directory["tree"], "t")], CancellationToken.None);

    private Task SaveAsync(Action<DigestCache> fill) =>
        SaveAsync(cache =>
        {
            fill(cache);
            return Task.CompletedTask;
        });

    private async Task SaveAsync(Func<DigestCache, Task> fill)
    {
        var cache = await LoadAsync();
        await fill(cache);
        await cache.SaveAsync(SilentLog.Instance, CancellationToken.None);
    }
}
