using Clustrix.Runtimes;

namespace Clustrix.Tests.Runtimes;

public sealed class VersionsOfFrameworks
{
    [Fact]
    public void Are_ordered_as_NET_orders_them()
    {
        string[] ordered = ["8.0.11", "9.0.0-preview.7.24405.7", "9.0.0-rc.1.24431.7", "9.0.0-rc.2.24473.5", "9.0.0-rc.10.1", "9.0.0", "9.0.2", "9.0.10", "10.0.0"];

        ordered.Reverse().Select(text => FrameworkVersion.TryParse(text)!).Order().Select(version => version.ToString()).ShouldBe(ordered);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("10.0")]
    [InlineData("latest")]
    public void Anything_else_is_no_version(string text) => FrameworkVersion.TryParse(text).ShouldBeNull();

    [Theory]
    [InlineData("", "9.0.1", "9.0.1", true)]
    [InlineData("", "9.0.1", "9.3.0", true)]
    [InlineData("", "9.0.1", "9.0.0", false)]
    [InlineData("", "9.0.1", "10.0.0", false)]
    [InlineData("Minor", "9.0.1", "10.0.0", false)]
    [InlineData("Major", "9.0.1", "10.0.0", true)]
    [InlineData("LatestPatch", "9.0.1", "9.0.7", true)]
    [InlineData("LatestPatch", "9.0.1", "9.1.0", false)]
    [InlineData("Disable", "9.0.1", "9.0.1", true)]
    [InlineData("Disable", "9.0.1", "9.0.2", false)]
    public void A_program_takes_those_that_its_host_would_roll_forward_to(string rollForward, string needed, string there, bool takes) =>
        new FrameworkNeed("app.runtimeconfig.json", "Microsoft.NETCore.App", FrameworkVersion.TryParse(needed)!, rollForward)
            .Takes(FrameworkVersion.TryParse(there)!).ShouldBe(takes);
}
