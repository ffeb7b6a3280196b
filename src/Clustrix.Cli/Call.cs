using System.CommandLine;
using Clustrix.Configuration;
using Clustrix.Hosts;
using Clustrix.Runs;

namespace Clustrix.Cli;

/// <summary>One call of the tool.</summary>
/// <param name="Arguments">What was written before <c>--</c>, parsed.</param>
/// <param name="Program">What was written behind <c>--</c>; null when there is no <c>--</c>.</param>
/// <param name="Surroundings">Where it was called.</param>
internal sealed record Call(ParseResult Arguments, IReadOnlyList<string>? Program, Surroundings Surroundings)
{
    /// <summary>Where to write.</summary>
    public Terminal Terminal => Surroundings.Terminal;

    /// <summary>The core's log.</summary>
    public TerminalLog Log => new(Surroundings.Terminal);

    /// <summary>The settings that were written as options.</summary>
    public IReadOnlyList<SettingValue> GivenSettings => SettingOptions.Read(Arguments);

    /// <summary>All settings: options, variables, files, defaults.</summary>
    /// <exception cref="Diagnostics.ClustrixException">Everything that is wrong with them.</exception>
    public async Task<ResolvedSettings> SettingsAsync(CancellationToken cancellationToken)
    {
        var files = await ConfigurationFiles.ReadAsync(Surroundings.Directory, Surroundings.Environment, cancellationToken).ConfigureAwait(false);
        return ResolvedSettings.Resolve(GivenSettings, Surroundings.Environment, files);
    }

    /// <summary>Connects to the cluster of the settings.</summary>
    public Task<Cluster> ConnectAsync(ResolvedSettings settings, CancellationToken cancellationToken) =>
        Cluster.ConnectAsync(
            new LocalHost(Surroundings.Environment),
            settings.Find(SettingsSchema.StoreRoot) is { Text.Length: > 0 } root ? DirectoryOf(root) : "",
            Log,
            Surroundings.Time,
            cancellationToken);

    /// <summary>A setting's directory: relative to the file that names it, or to the working directory.</summary>
    public string DirectoryOf(SettingValue value) =>
        value.Origin.File is { } file ? Path.GetFullPath(value.Text, Path.GetDirectoryName(Surroundings.PathOf(file))!) : Surroundings.PathOf(value.Text);
}
