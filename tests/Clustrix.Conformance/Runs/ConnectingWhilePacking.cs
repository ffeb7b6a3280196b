using System.Globalization;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Runs;
using Clustrix.Testing;

namespace Clustrix.Conformance;

public sealed class ConnectingWhilePacking
{
    [Fact]
    public async Task A_connection_that_nobody_wants_any_more_is_given_up()
    {
        using var directory = new TempDirectory();

        // A host that never answers.
        File.SetUnixFileMode(directory.Write("ssh", $"#!/bin/sh\necho $$ >'{directory["pid.new"]}'\nmv '{directory["pid.new"]}' '{directory["pid"]}'\nexec sleep 1000\n"), (UnixFileMode)0b111_101_101);
        var environment = new Dictionary<string, string> { ["PATH"] = directory.Root + ":" + Environment.GetEnvironmentVariable("PATH"), ["HOME"] = directory.Root };
        var client = new Client(directory.Root, environment, SilentLog.Instance, TimeProvider.System);
        var settings = await client.ReadSettingsAsync([new SettingValue(SettingsSchema.Hosts, ["nobody"], new SettingOrigin(SettingLayer.Argument, "Hosts"))], CancellationToken.None);

        var connection = client.BeginConnecting(settings, CancellationToken.None);
        await Condition.HoldsAsync(() => File.Exists(directory["pid"]), "ssh was started");
        await connection.DisposeAsync();

        await Should.ThrowAsync<OperationCanceledException>(connection.ClusterAsync);
        var process = int.Parse(await File.ReadAllTextAsync(directory["pid"]), CultureInfo.InvariantCulture);
        Directory.Exists($"/proc/{process}").ShouldBeFalse();
    }
}
