using Clustrix.Runs;

namespace Clustrix.Tests.Runs;

public sealed class HeartbeatsOfHosts
{
    private readonly Clock _clock = new();

    [Fact]
    public void A_sign_that_stays_the_same_is_silence()
    {
        var heartbeat = new Heartbeat(_clock);
        heartbeat.Take("17");
        _clock.Pass(TimeSpan.FromSeconds(8));
        heartbeat.Take("17");

        heartbeat.Silence.ShouldBe(TimeSpan.FromSeconds(8));
        heartbeat.Take("25");
        heartbeat.Silence.ShouldBe(TimeSpan.Zero);
    }

    /// <summary>As when the client itself was stopped.</summary>
    [Fact]
    public void Only_looks_count()
    {
        var heartbeat = new Heartbeat(_clock);
        heartbeat.Take("17");
        _clock.Pass(TimeSpan.FromHours(1));
        heartbeat.Take("3617");

        heartbeat.Silence.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void No_sign_is_no_silence()
    {
        var heartbeat = new Heartbeat(_clock);
        heartbeat.Take("17");
        heartbeat.Take(Heartbeat.Unknown);
        _clock.Pass(TimeSpan.FromHours(1));
        heartbeat.Take(Heartbeat.Unknown);

        heartbeat.Silence.ShouldBe(TimeSpan.Zero);
    }
}
