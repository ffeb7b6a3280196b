using Clustrix.Diagnostics;
using Clustrix.Snapshots;

namespace Clustrix.Tests.Snapshots;

public sealed class TakingASnapshot
{
    [Fact]
    public async Task Everything_that_the_workload_depends_on_has_an_entry()
    {
        using var project = Checkout();
        var taken = await project.TakeAsync(project.Request with
        {
            Tools = new Dictionary<string, string> { ["git"] = "2.39.5" },
            EnvironmentVariables = new Dictionary<string, string?> { ["TOKEN_KIND"] = "very-visible", ["EMPTY"] = "", ["ABSENT"] = null },
        });

        taken.Snapshot.Entries.Select(entry => $"{entry.Kind.Word()}|{entry.Name}|{entry.Value.Split(':')[0]}").ShouldBe(
        [
            $"file|App.dll|{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("app"u8))}",
            "framework|Microsoft.NETCore.App|referenced",
            $"libc||{MachineLibc.Description}",
            "package|Alpha|1.2.0 sha512",
            "project|App|this project",
            "rid||linux-x64",
            "runtime||10.0.12",
            "sdk||10.0.400",
            "target||net10.0",
            "tool|git|2.39.5",
            "variable|ABSENT|unset",
            "variable|EMPTY|sha256",
            "variable|TOKEN_KIND|sha256",
        ]);
        taken.Snapshot.Entries.ShouldAllBe(entry => !entry.Value.Contains("very-visible"));
    }

    [Fact]
    public async Task A_variable_that_no_item_can_get_and_a_tool_without_a_name_are_told_together_with_the_rest()
    {
        using var project = Checkout();
        var tools = new Dictionary<string, string> { [""] = "1" };
        var variables = new Dictionary<string, string?> { ["A B"] = null, ["CLUSTRIX_RUN"] = "x", ["FINE"] = "y" };

        var ofProject = await Should.ThrowAsync<ClustrixException>(() => project.TakeAsync(
            project.Request with { Tools = tools, EnvironmentVariables = variables, ProjectOutputs = [new ProjectOutput("gone.dll", "/nowhere/gone.dll")] }));
        var ofMachine = Should.Throw<ClustrixException>(() => MachineSnapshot.Take(tools, variables));

        ofProject.Problems.Select(problem => problem.Code).ShouldBe([ErrorCode.BadValue, ErrorCode.BadValue, ErrorCode.BadValue, ErrorCode.ProjectOutputMissing]);
        ofMachine.Problems.Select(problem => problem.Message).ShouldBe(
        [
            "A listed tool has no name. Name it, or leave it out.",
            "Listed variable 'A B': a shell can't export an environment variable named 'A B'. Use letters, digits and '_', and no digit first.",
            "Listed variable 'CLUSTRIX_RUN': Clustrix sets the environment variable 'CLUSTRIX_RUN' of each item itself. Leave it out.",
        ]);
    }

    [Fact]
    public async Task The_same_content_in_another_checkout_with_other_times_has_the_same_hash()
    {
        using var here = Checkout();
        using var there = Checkout();
        foreach (var file in Directory.EnumerateFiles(there.Directory, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        }

        var first = await here.TakeAsync();
        var second = await there.TakeAsync();

        EnvironmentHash.Of(second.Snapshot).Value.ShouldBe(EnvironmentHash.Of(first.Snapshot).Value);
        second.Snapshot.Entries.ShouldBe(first.Snapshot.Entries);
        SnapshotDiff.Between(first.Snapshot, second.Snapshot).ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_change_of_content_mode_link_version_or_variable_gives_another_hash()
    {
        using var project = Checkout();
        project.Write("bin/b.so", "b");
        var output = project.Write("bin/a.so", "a");
        var request = project.Request with { ProjectOutputs = [new("a.so", output)], EnvironmentVariables = new Dictionary<string, string?> { ["V"] = "1" } };
        var hashes = new List<string> { await HashAsync(request) };

        await File.WriteAllTextAsync(output, "A");
        hashes.Add(await HashAsync(request));
        File.SetUnixFileMode(output, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        hashes.Add(await HashAsync(request));
        File.Delete(output);
        File.CreateSymbolicLink(output, "b.so");
        hashes.Add(await HashAsync(request));
        File.Delete(output);
        File.CreateSymbolicLink(output, "./b.so");
        hashes.Add(await HashAsync(request));
        hashes.Add(await HashAsync(request with { SdkVersion = "10.0.401" }));
        hashes.Add(await HashAsync(request with { RuntimeVersion = "10.0.13" }));
        hashes.Add(await HashAsync(request with { RuntimeIdentifier = "linux-arm64" }));
        hashes.Add(await HashAsync(request with { EnvironmentVariables = new Dictionary<string, string?> { ["V"] = "2" } }));
        hashes.Add(await HashAsync(request with { EnvironmentVariables = new Dictionary<string, string?> { ["V"] = null } }));
        project.With("Beta", "1.0.0", ["lib/B.dll"]).Restored();
        hashes.Add(await HashAsync(request));

        hashes.ShouldBeUnique();

        async Task<string> HashAsync(SnapshotRequest changed) => EnvironmentHash.Of((await project.TakeAsync(changed)).Snapshot).Value;
    }

    [Fact]
    public async Task All_problems_of_all_inputs_are_told_at_once()
    {
        using var project = new RestoredProject();
        var lockFile = project.Write("packages.lock.json", "{");

        var failure = await Should.ThrowAsync<ClustrixException>(project.TakeAsync(project.Request with
        {
            LockFile = lockFile,
            ProjectOutputs = [new("App.dll", project.Directory + "/bin/App.dll"), new("bin", project.Directory)],
        }));

        failure.Problems.Select(problem => problem.Code).ShouldBe(
            [ErrorCode.NoAssetsFile, ErrorCode.CorruptLockFile, ErrorCode.ProjectOutputMissing, ErrorCode.ProjectOutputMissing]);
    }

    [Fact]
    public void The_libc_is_named_with_its_version()
    {
        if (File.Exists("/etc/debian_version"))
        {
            MachineLibc.Description.ShouldMatch(@"^glibc \d+\.\d+");
        }
    }

    [Fact]
    public async Task A_cancelled_snapshot_ends()
    {
        using var project = Checkout();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(new SnapshotBuilder(TimeProvider.System).BuildAsync(project.Request, cancelled.Token));
    }

    private static RestoredProject Checkout()
    {
        var project = new RestoredProject().With("Alpha", "1.2.0", ["lib/net10.0/Alpha.dll"]).Restored();
        project.Write("bin/App.dll", "app");
        return project;
    }
}
