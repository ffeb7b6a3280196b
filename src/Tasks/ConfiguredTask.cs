using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.MSBuild.Input;
using Clustrix.Runs;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild;

/// <summary>A task that reads settings: properties first, then variables, then the <c>clustrix.json</c> files, then the defaults.</summary>
public abstract class ConfiguredTask : ClustrixTask
{
    /// <summary>The properties: each item is named after a setting and has what the project says as the metadata <c>Value</c>, empty when it says nothing.</summary>
    public ITaskItem[] Settings { get; set; } = [];

    /// <summary>The core's view of this machine and this project.</summary>
    private protected Client Client => new(Path.GetDirectoryName(ProjectFile)!, HostEnvironment.Read(), BuildLog, TimeProvider.System);

    /// <summary>Puts all layers of settings together.</summary>
    /// <param name="sources">Finds the lines.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="ClustrixException">Everything that is wrong with the settings, at once.</exception>
    private protected Task<ResolvedSettings> ReadSettingsAsync(ProjectSources sources, CancellationToken cancellationToken) =>
        Client.ReadSettingsAsync(new PropertyReader(sources).Read(Settings).Where(value => Reads(value.Setting)), cancellationToken);

    /// <summary>Puts all layers of settings together.</summary>
    /// <exception cref="ClustrixException">Everything that is wrong with the settings, at once.</exception>
    private protected Task<ResolvedSettings> ReadSettingsAsync(CancellationToken cancellationToken) =>
        ReadSettingsAsync(new ProjectSources(ProjectFile), cancellationToken);

    /// <summary>Reads a property that only a build has, and that is <c>true</c>, <c>false</c> or empty, which is false.</summary>
    /// <exception cref="ClustrixException">It is something else (<see cref="ErrorCode.BadValue"/>).</exception>
    private protected static bool ReadSwitch(string name, string text) =>
        text.Length > 0 && (bool.TryParse(text, out var value) ? value : throw new ClustrixException(ErrorCode.BadValue, $"'{text}' isn't a value for {name}. Write true or false."));

    /// <summary>Whether the task tells what is wrong with a property; what it doesn't read, a later task tells together with the rest of the project.</summary>
    private protected virtual bool Reads(Setting setting) => true;
}
