using Clustrix.Hosts;
using Clustrix.Preflight;
using Clustrix.Schedulers;

namespace Clustrix.Tests.Schedulers;

/// <summary>Whether the nodes see a store is said only where its file system tells.</summary>
public sealed class FileSystemsOfStores
{
    [Theory]
    [InlineData("nfs4", "the store is on a file system of the network (nfs4), as the nodes need it")]
    [InlineData("lustre", "the store is on a file system of the network (lustre), as the nodes need it")]
    [InlineData("ext4", null)]
    [InlineData("tmpfs", null)]
    [InlineData("", null)]
    public void One_of_the_network_is_told_and_of_others_nothing_is_guessed(string type, string? text)
    {
        var answer = new ProbeAnswer(new[] { type }.Where(word => word.Length > 0).ToLookup(_ => "file-system"), TimeSpan.Zero, TimeSpan.Zero, default, null);

        new SchedulerFindings(BatchScheduler.Of(new BatchOptions { Scheduler = "slurm" }), new LocalHost(new Dictionary<string, string>()), answer)
            .Sharing().Select(finding => finding.Text).ShouldBe(text is null ? [] : [text]);
    }
}
