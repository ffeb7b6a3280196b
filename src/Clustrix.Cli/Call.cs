using System.CommandLine;
using Clustrix.Configuration;
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

    /// <summary>The core's door.</summary>
    /// <exception cref="Diagnostics.ClustrixException">The working directory was deleted.</exception>
    public Client Client => new(Surroundings.Directory, Surroundings.Environment, Log, Surroundings.Time);

    /// <summary>All settings: options, variables, files, defaults.</summary>
    /// <exception cref="Diagnostics.ClustrixException">Everything that is wrong with them.</exception>
    public Task<ResolvedSettings> SettingsAsync(CancellationToken cancellationToken) => Client.ReadSettingsAsync(GivenSettings, cancellationToken);
}
