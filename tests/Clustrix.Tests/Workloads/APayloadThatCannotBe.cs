using System.Net.Sockets;
using Clustrix.Diagnostics;
using Clustrix.Testing;
using Clustrix.Workloads;

namespace Clustrix.Tests.Workloads;

public sealed class APayloadThatCannotBe
{
    [Fact]
    public async Task A_missing_path_is_told_with_its_file_and_line()
    {
        using var tree = new TempDirectory();

        var problem = (await ProblemsOf(new PayloadSource("l", tree["absent"], "", "my.csproj", 12))).ShouldHaveSingleItem();

        problem.ToString().ShouldStartWith("my.csproj(12,1) : error CLX1007: ");
        problem.Message.ShouldContain(tree["absent"]);
    }

    [Fact]
    public async Task A_path_that_is_a_dangling_link_is_missing()
    {
        using var tree = new TempDirectory();
        File.CreateSymbolicLink(tree["link"], "absent");

        var problem = (await ProblemsOf(new PayloadSource("l", tree["link"], ""))).ShouldHaveSingleItem();

        problem.Code.ShouldBe(ErrorCode.PayloadMissing);
        problem.Message.ShouldContain($"is a link to '{tree["absent"]}'");
    }

    [Theory]
    [InlineData("/abs", ErrorCode.PayloadEscapesRoot)]
    [InlineData("..", ErrorCode.PayloadEscapesRoot)]
    [InlineData("a/../..", ErrorCode.PayloadEscapesRoot)]
    [InlineData("a/../b", ErrorCode.PayloadEscapesRoot)]
    [InlineData("./a", ErrorCode.BadValue)]
    [InlineData("a//b", ErrorCode.BadValue)]
    [InlineData("a\\b", ErrorCode.BadValue)]
    [InlineData("a\nb", ErrorCode.BadValue)]
    public async Task A_destination_must_be_a_plain_relative_path(string destination, ErrorCode code)
    {
        using var tree = new TempDirectory();

        var problem = (await ProblemsOf(new PayloadSource("l", tree.Root, destination))).ShouldHaveSingleItem();

        problem.Code.ShouldBe(code);
        problem.Message.ShouldNotContain('\n');
    }

    [Fact]
    public async Task An_exclusion_that_cannot_be_read_is_told()
    {
        using var tree = new TempDirectory();

        (await ProblemsOf(new PayloadSource("l", tree.Root, "") { Exclude = ["../x", "["] }))
            .Select(problem => problem.Code).ShouldBe([ErrorCode.BadValue, ErrorCode.BadValue]);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("../x/../../y")]
    [InlineData("inside/../../..")]
    [InlineData("far/..")]
    public async Task A_link_that_leads_out_is_refused(string target)
    {
        using var tree = new TempDirectory();
        Directory.CreateDirectory(tree["inside"]);
        File.CreateSymbolicLink(tree["far"], ".");
        File.CreateSymbolicLink(tree["link"], target);

        var problem = (await ProblemsOf(new PayloadSource("l", tree.Root, ""))).ShouldHaveSingleItem();

        problem.Code.ShouldBe(ErrorCode.PayloadEscapesRoot);
        problem.Message.ShouldContain("'link'");
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../near/file")]
    [InlineData("absent")]
    [InlineData("./././file")]
    [InlineData("a/b/../../../../near")]
    public async Task A_link_that_stays_inside_or_dangles_is_kept_as_it_stands(string target)
    {
        using var tree = new TempDirectory();
        File.CreateSymbolicLink(tree.Write("file", "") + "link", target);

        (await PayloadTree.BuildAsync(new PayloadSource("l", tree.Root, "top/near")))
            .Files.Single(file => file.Kind == FileKind.SymbolicLink).LinkTarget.ShouldBe(target);
    }

    [Fact]
    public async Task Different_files_at_one_destination_are_told_once_for_each_pair_of_sources()
    {
        using var tree = new TempDirectory();
        foreach (var name in new[] { "one", "two", "three" })
        {
            tree.Write($"a/{name}", "a");
            tree.Write($"b/{name}", "b");
        }

        var problem = (await ProblemsOf(
            new PayloadSource("first", tree["a"], "x", "p.csproj", 3),
            new PayloadSource("second", tree["b"], "x", "p.csproj", 4))).ShouldHaveSingleItem();

        problem.Code.ShouldBe(ErrorCode.PayloadCollision);
        problem.Line.ShouldBe(4);
        problem.Message.ShouldContain($"'{tree["a/one"]}' ('first')");
        problem.Message.ShouldContain($"'{tree["b/one"]}' ('second')");
        problem.Message.ShouldContain("and 2 more");
    }

    [Fact]
    public async Task A_file_where_another_source_has_a_directory_is_a_collision()
    {
        using var tree = new TempDirectory();
        tree.Write("a/lib", "");
        tree.Write("b/lib/x", "");
        tree.Write("b/lib/deep/y", "");

        (await ProblemsOf(new PayloadSource("first", tree["a"], ""), new PayloadSource("second", tree["b"], "")))
            .ShouldHaveSingleItem().Message.ShouldContain($"'lib' is a file from '{tree["a/lib"]}' ('first') and a directory for '{tree["b/lib/deep/y"]}' ('second')");
    }

    [Fact]
    public async Task A_name_that_is_not_utf8_is_refused()
    {
        using var tree = new TempDirectory();
        await Shell.RunAsync(tree, "touch \"$(printf 'bad\\377name')\"");
        await Shell.RunAsync(tree, "ln -s \"$(printf 'bad\\377target')\" link");

        var problems = await ProblemsOf(new PayloadSource("l", tree.Root, ""));

        problems.Select(problem => problem.Code).ShouldBe([ErrorCode.PayloadUnreadable, ErrorCode.PayloadUnreadable]);

        // .NET can't remove what it can't name.
        await Shell.RunAsync(tree, "rm bad*");
    }

    [Fact]
    public async Task Pipes_and_sockets_are_refused_without_being_opened()
    {
        using var tree = new TempDirectory();
        await Shell.RunAsync(tree, "mkfifo pipe");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(tree["socket"]));

        var problems = await ProblemsOf(
            new PayloadSource("l", tree.Root, ""), new PayloadSource("l", tree["pipe"], "p"), new PayloadSource("l", "/dev/null", ""));

        problems.Count.ShouldBe(4);
        problems.ShouldAllBe(problem => problem.Code == ErrorCode.PayloadUnreadable && problem.Message.Contains("a pipe or a device"));
    }

    [Fact]
    public async Task A_file_that_may_not_be_read_is_told()
    {
        using var tree = new TempDirectory();

        // Root reads everything, except what the kernel itself refuses.
        var path = Environment.IsPrivilegedProcess ? "/proc/sys/vm/compact_memory" : tree.Write("secret", "");
        if (!Environment.IsPrivilegedProcess)
        {
            File.SetUnixFileMode(path, UnixFileMode.None);
        }

        var problem = (await ProblemsOf(new PayloadSource("l", path, ""))).ShouldHaveSingleItem();

        problem.Code.ShouldBe(ErrorCode.PayloadUnreadable);
        problem.Message.ShouldContain(path);
    }

    [Fact]
    public async Task A_file_that_holds_something_else_each_time_is_told()
    {
        // The kernel says that it has no bytes, and gives some.
        var problem = (await ProblemsOf(new PayloadSource("l", "/proc/self/status", ""))).ShouldHaveSingleItem();

        problem.Code.ShouldBe(ErrorCode.PayloadUnreadable);
        problem.Message.ShouldContain("changes while it is read");
    }

    [Fact]
    public async Task All_problems_of_all_sources_come_at_once()
    {
        using var tree = new TempDirectory();
        tree.Write("a/file", "a");
        tree.Write("b/file", "b");
        File.CreateSymbolicLink(tree["b/out"], "/");

        var problems = await ProblemsOf(
            new PayloadSource("l", tree["absent"], "", "p.csproj", 1),
            new PayloadSource("l", tree["a"], "/abs", "p.csproj", 2),
            new PayloadSource("l", tree["a"], "", "p.csproj", 3),
            new PayloadSource("l", tree["b"], "", "p.csproj", 4),
            new PayloadSource("l", "/dev/null", "", "p.csproj", 5));

        problems.Select(problem => (problem.Code, problem.Line)).ShouldBe(
            [
                (ErrorCode.PayloadMissing, 1),
                (ErrorCode.PayloadEscapesRoot, 2),
                (ErrorCode.PayloadUnreadable, 5),
                (ErrorCode.PayloadCollision, 4),
                (ErrorCode.PayloadEscapesRoot, 4),
            ]);
    }

    private static async Task<IReadOnlyList<Problem>> ProblemsOf(params PayloadSource[] sources) =>
        (await Should.ThrowAsync<ClustrixException>(PayloadTree.BuildAsync(sources))).Problems;
}
