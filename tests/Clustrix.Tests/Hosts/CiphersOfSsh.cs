using Clustrix.Hosts;

namespace Clustrix.Tests.Hosts;

public sealed class CiphersOfSsh
{
    [Theory]
    [InlineData(
        "chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com,aes256-gcm@openssh.com",
        "aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr")]
    [InlineData(
        "chacha20-poly1305@openssh.com,aes128-gcm@openssh.com,aes256-gcm@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr",
        "aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr")]
    public void Of_those_that_ssh_offers_by_itself_the_quick_ones_come_first(string offered, string preferred)
    {
        SshCiphers.Option($"user builder\nhostname h1\nciphers {offered}\nmacs hmac-sha2-512\n").ShouldBe("Ciphers=" + preferred);
    }

    [Theory]
    [InlineData("ciphers aes256-ctr\n")]
    [InlineData("ciphers chacha20-poly1305@openssh.com\n")]
    [InlineData("ciphers aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr,aes128-gcm@openssh.com,aes128-ctr\n")]
    [InlineData("user builder\n")]
    [InlineData("")]
    public void What_somebody_has_chosen_stands(string configuration)
    {
        SshCiphers.Option(configuration).ShouldBeNull();
    }
}
