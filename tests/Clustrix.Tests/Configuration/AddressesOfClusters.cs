using Clustrix.Configuration;
using Clustrix.Diagnostics;

namespace Clustrix.Tests.Configuration;

public sealed class AddressesOfClusters
{
    [Theory]
    [InlineData("ssh://me@host:22", "Hosts=ssh://me@host:22")]
    [InlineData("slurm:", "Scheduler=slurm")]
    [InlineData("slurm:short", "Scheduler=slurm Partition=short")]
    [InlineData("slurm:short/", "Scheduler=slurm Partition=short")]
    [InlineData("slurm:///short", "Scheduler=slurm Partition=short")]
    [InlineData("slurm://login", "Scheduler=slurm Hosts=ssh://login")]
    [InlineData("slurm://login/", "Scheduler=slurm Hosts=ssh://login")]
    [InlineData("slurm://me@login:22/short", "Scheduler=slurm Hosts=ssh://me@login:22 Partition=short")]
    [InlineData("slurm://me@login:22/short/", "Scheduler=slurm Hosts=ssh://me@login:22 Partition=short")]
    [InlineData("gridengine:main.q@n1", "Scheduler=gridengine Partition=main.q@n1")]
    [InlineData("gridengine://me@login/main.q", "Scheduler=gridengine Hosts=ssh://me@login Partition=main.q")]
    [InlineData("pbs:workq", "Scheduler=pbs Partition=workq")]
    [InlineData("pbs://me@login/workq", "Scheduler=pbs Hosts=ssh://me@login Partition=workq")]
    [InlineData("slurm://[::1]:22/a,b", "Scheduler=slurm Hosts=ssh://[::1]:22 Partition=a,b")]
    public void An_address_says_which_scheduler_on_which_host_and_where_there(string address, string settings)
    {
        ClusterAddress.Is(address).ShouldBeTrue();
        ClusterAddress.Fault(Cluster(address)).ShouldBeNull();
        ClusterAddress.Read(Cluster(address)).ShouldAllBe(value => value.Origin == Cluster(address).Origin);
        string.Join(' ', ClusterAddress.Read(Cluster(address)).Select(value => $"{value.Setting.Name}={value.Text}")).ShouldBe(settings);
    }

    [Theory]
    [InlineData("slrum://me@login/short", "nothing is known of 'slrum'")]
    [InlineData("://login", "nothing is known of ''")]
    [InlineData("SSH://login", "nothing is known of 'SSH'")]
    [InlineData("slurm://", "it names no host")]
    [InlineData("slurm:///", "it names no host")]
    [InlineData("slurm:/short", "'/short' can't be a partition")]
    [InlineData("slurm:/", "'/' can't be a partition")]
    [InlineData("slurm://login/short/fast", "'short/fast' can't be a partition")]
    [InlineData("slurm://login/short fast", "'short fast' can't be a partition")]
    [InlineData("slurm:--wrap=x", "'--wrap=x' can't be a partition")]
    [InlineData("slurm://ssh://login", "'/login' can't be a partition")]
    public void What_looks_like_an_address_and_is_none_is_told_with_those_that_can_be_written(string address, string fault)
    {
        var problem = ClusterAddress.Fault(Cluster(address)).ShouldNotBeNull();

        problem.Code.ShouldBe(ErrorCode.BadHostAddress);
        problem.Message.ShouldBe(
            $"'{address}' can't be the address of a cluster: {fault}. Write ssh://user@host or slurm://user@host/partition or gridengine://user@host/partition or pbs://user@host/partition; without //user@host, a scheduler is this machine's. (From environment CLUSTRIX_CLUSTER.)");
        ClusterAddress.Read(Cluster(address)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("local")]
    [InlineData("farm")]
    [InlineData("slurm")]
    [InlineData("lsf:batch")]
    public void Anything_else_is_the_name_of_a_cluster(string name)
    {
        ClusterAddress.Is(name).ShouldBeFalse();
        ClusterAddress.Fault(Cluster(name)).ShouldBeNull();
    }

    private static SettingValue Cluster(string text) => new(SettingsSchema.Cluster, [text], new SettingOrigin(SettingLayer.Environment, "CLUSTRIX_CLUSTER"));
}
