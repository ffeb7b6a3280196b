using System.Globalization;
using System.Text.Json;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.MSBuild.Input;
using Clustrix.Runs;
using Clustrix.Workloads;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild;

/// <summary>A task that needs the project's whole workload: its items, and the files that they run on.</summary>
public abstract class WorkloadTask : ConfiguredTask
{
    /// <summary>The items.</summary>
    public ITaskItem[] Items { get; set; } = [];

    /// <summary>Files and directories for the items, beside the project's output.</summary>
    public ITaskItem[] Payload { get; set; } = [];

    /// <summary>The files of the project's output, with their place in the output directory as the metadata <c>At</c>.</summary>
    public ITaskItem[] ProjectOutputs { get; set; } = [];

    /// <summary>The environment variables that the snapshot lists, with their values as the metadata <c>Value</c>: the items get them.</summary>
    public ITaskItem[] EnvironmentVariables { get; set; } = [];

    /// <summary>Metadata names that the project keeps on its items for itself.</summary>
    public string[] OwnMetadata { get; set; } = [];

    /// <summary>The environment hash; empty as long as nothing is built.</summary>
    public string EnvironmentHash { get; set; } = "";

    /// <summary>A directory in which whoever started the build wants a document of what the task did; empty when nobody does.</summary>
    public string Answers { get; set; } = "";

    /// <summary>Leaves a document of what the task did, when somebody asked for one.</summary>
    private protected async Task AnswerAsync(Action<Utf8JsonWriter> properties, CancellationToken cancellationToken)
    {
        if (Answers.Length == 0)
        {
            return;
        }

        // Named by the time, so that they sort, and written under another name, so that nobody reads half of one.
        var name = Path.Combine(Answers, string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow.Ticks:D20}-{Guid.NewGuid():N}"));
        var file = File.Create(name);
        await using (file.ConfigureAwait(false))
        {
            var json = new Utf8JsonWriter(file);
            await using (json.ConfigureAwait(false))
            {
                json.WriteStartObject();
                json.WriteString("project", ProjectFile);
                properties(json);
                json.WriteEndObject();
                await json.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        File.Move(name, name + ".json");
    }

    /// <summary>Reads the settings and the workload. While the files of the payload are read, the cluster is connected to.</summary>
    /// <param name="dryRun">Whether nothing is to be changed on the cluster.</param>
    /// <param name="use">Uses them. The connection ends with it.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="ClustrixException">Something in them is wrong: everything that is, at once.</exception>
    private protected async Task WithWorkloadAsync(bool dryRun, Func<ResolvedSettings, Workload, ClusterConnection, Task> use, CancellationToken cancellationToken)
    {
        var (input, settings, items, sources) = await ReadInputAsync(cancellationToken).ConfigureAwait(false);
        if (input.Problems.Count > 0)
        {
            // Nothing is going to run: so the rest is told too.
            var whole = await input.Problems.TryAsync(() => Client.PackAsync(sources, settings, cancellationToken)).ConfigureAwait(false);
            input.Problems.AddRange(whole is null ? [] : ItemRules.Check(items, whole));
            throw new ClustrixException(input.Problems);
        }

        var connection = Client.BeginConnecting(settings, isVisit: dryRun, cancellationToken);
        await using (connection.ConfigureAwait(false))
        {
            var payload = await connection.PackAsync(sources, cancellationToken).ConfigureAwait(false);
            if (ItemRules.Check(items, payload) is { Count: > 0 } problems)
            {
                throw new ClustrixException(problems);
            }

            var variables = VariableReader.Read(EnvironmentVariables);
            var workload = new Workload([.. items.Select(item => item.WithListedVariables(variables))], payload, EnvironmentHash, settings.Text(SettingsSchema.Salt));
            await use(settings, workload, connection).ConfigureAwait(false);
        }
    }

    /// <summary>Reads what the project says, and what is wrong with it; no file of the payload is read.</summary>
    private protected async Task<(WorkloadInput Input, ResolvedSettings Settings, IReadOnlyList<Item> Items, IReadOnlyList<PayloadSource> Sources)> ReadInputAsync(
        CancellationToken cancellationToken)
    {
        var input = new WorkloadInput(ProjectFile, OwnMetadata, (BuildEngine as IBuildEngine6)?.GetGlobalProperties().Keys ?? []);
        var settings = await input.Problems.TryAsync(() => ReadSettingsAsync(input.Sources, cancellationToken)).ConfigureAwait(false) ?? ResolvedSettings.Defaults;
        var defaults = await input.Problems.TryAsync(() => Task.FromResult(ItemDefaults.Read(settings))).ConfigureAwait(false) ?? ItemDefaults.Read(ResolvedSettings.Defaults);
        input.Problems.AddRange(new VariableReader(input.Sources).Check(EnvironmentVariables));
        return (input, settings, input.ReadItems(Items, defaults), input.ReadPayload(Payload, ProjectOutputs));
    }

    /// <inheritdoc/>
    private protected override Problem Placed(Problem problem) => new ItemPlaces(ProjectFile, Items).At(problem);
}
