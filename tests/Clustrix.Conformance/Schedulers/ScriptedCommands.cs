using Clustrix.Testing;

namespace Clustrix.Conformance.Schedulers;

/// <summary>Commands of a scheduler that say and exit with what a test says, for what real shells are told to run.</summary>
internal sealed class ScriptedCommands : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Shells => ["dash", "bash", "ksh", "busybox ash"];

    /// <summary>Where they are, and where they run.</summary>
    public TempDirectory Directory { get; } = new();

    public void Put(string command, string script) =>
        File.SetUnixFileMode(Directory.Write(command, $"#!/bin/sh\n{script}\n"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    public async Task<(int Code, string Output)> RunAsync(string shell, string command)
    {
        var words = shell.Split(' ');
        var outcome = await ChildProcess.RunAsync(
            words[0], [.. words[1..], "-c", command], Directory.Root, Limit, new Dictionary<string, string> { ["PATH"] = $"{Directory.Root}:/usr/bin:/bin" });
        return (outcome.ExitCode, outcome.Output.Trim());
    }

    public void Dispose() => Directory.Dispose();
}
