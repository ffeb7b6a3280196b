using Clustrix.Hosts;

namespace Clustrix.Tests.Hosts;

public sealed class ShellsOfThisMachine
{
    [Fact]
    public async Task A_shell_may_be_disposed_of_twice()
    {
        var shell = await new LocalHost(new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" }).StartShellAsync("cat", [], CancellationToken.None);

        await shell.DisposeAsync();

        await Should.NotThrowAsync(async () => await shell.DisposeAsync());
    }
}
