using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Hosts;

namespace Clustrix.Tests.Hosts;

public sealed class AddressesOfHosts
{
    private static readonly SettingOrigin Origin = new(SettingLayer.RepositoryFile, "hosts", "/repository/clustrix.json", 3, 5);

    [Theory]
    [InlineData("farm1", "farm1", "farm1")]
    [InlineData("build@farm1", "build@farm1", "build@farm1")]
    [InlineData("ssh://build@farm1:2222", "ssh://build@farm1:2222", "build@farm1:2222")]
    [InlineData("ssh://farm1/", "ssh://farm1", "farm1")]
    [InlineData("ssh://build@[2001:db8::1]:22", "ssh://build@[2001:db8::1]:22", "build@[2001:db8::1]:22")]
    [InlineData("2001:db8::1", "2001:db8::1", "2001:db8::1")]
    public void What_ssh_takes_is_taken_as_it_is(string text, string destination, string name)
    {
        var address = SshAddress.Parse(text, Origin);

        address.Destination.ShouldBe(destination);
        address.Name.ShouldBe(name);
    }

    [Theory]
    [InlineData("farm1", "farm1", "farm1")]
    [InlineData("build@farm1", "build@farm1", "farm1")]
    [InlineData("ssh://build@farm1:2222", "ssh://build@farm1:2222", "'[farm1]:2222'")]
    [InlineData("ssh://farm1/", "farm1", "farm1")]
    [InlineData("ssh://build@[2001:db8::1]:22", "ssh://build@[2001:db8::1]:22", "2001:db8::1")]
    [InlineData("ssh://[2001:db8::1]:2222", "ssh://[2001:db8::1]:2222", "'[2001:db8::1]:2222'")]
    [InlineData("2001:db8::1", "2001:db8::1", "2001:db8::1")]
    public void Remedies_name_it_as_ssh_and_known_hosts_do(string text, string byHand, string knownAs)
    {
        var address = SshAddress.Parse(text, Origin);

        address.ByHand.ShouldBe(byHand);
        address.KnownAs.ShouldBe(knownAs);
    }

    [Theory]
    [InlineData("", "it has no name")]
    [InlineData("ssh://", "it has no name")]
    [InlineData("-oProxyCommand=touch", "doesn't begin with '-'")]
    [InlineData("ssh://build@-oProxyCommand=x", "doesn't begin with '-'")]
    [InlineData("farm1$(reboot)", "a character that no name has")]
    [InlineData("farm1;farm2", "--hosts ONE --hosts TWO")]
    [InlineData("farm1,farm2", "--hosts ONE --hosts TWO")]
    [InlineData("farm1:2222", "needs the scheme ssh://")]
    [InlineData("ssh://farm1:99999", "'99999' is no port: a number from 1 to 65535")]
    [InlineData("ssh://build@[2001:db8::1]:x", "'x' is no port")]
    [InlineData("ssh://farm1:", "'' is no port")]
    [InlineData("ssh://farm1:0", "'0' is no port")]
    [InlineData("slurm://farm1", "only ssh:// is known")]
    [InlineData("ssh://farm1/var/store", "StoreRoot")]
    public void Anything_else_is_told_with_its_place(string text, string reason)
    {
        var problem = Should.Throw<ClustrixException>(() => SshAddress.Parse(text, Origin)).Problems.ShouldHaveSingleItem();

        problem.Code.ShouldBe(ErrorCode.BadHostAddress);
        problem.Message.ShouldContain(reason);
        (problem.File, problem.Line).ShouldBe(("/repository/clustrix.json", 3));
    }
}
