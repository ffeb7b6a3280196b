using System.CommandLine;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Preflight;
using Spectre.Console;

namespace Clustrix.Cli.Commands;

/// <summary>Looks at every host of the cluster.</summary>
internal sealed class PreflightVerb : Verb
{
    /// <inheritdoc/>
    public override string Name => "preflight";

    /// <inheritdoc/>
    public override string Description => "Look at every host of the cluster: is it there, does it have what runs need, and what mends it? Nothing is sent.";

    /// <inheritdoc/>
    public override void Define(Command command) => SettingOptions.Add(command, [.. SettingsSchema.Access, SettingsSchema.ArtifactsDirectory]);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var settings = await call.SettingsAsync(cancellationToken).ConfigureAwait(false);
        var report = await call.Client.PreflightAsync(settings, cancellationToken).ConfigureAwait(false);
        Show(call.Terminal, report);
        report.TellWarnings(call.Log);
        var errors = report.Problems.Where(problem => problem.Severity == Severity.Error).ToList();
        errors.ForEach(call.Log.Report);
        return errors.Count == 0 ? ExitCode.Done : ExitCode.Unreachable;
    }

    private static void Show(Terminal terminal, PreflightReport report)
    {
        if (terminal.Json)
        {
            JsonOutput.Write(terminal, json =>
            {
                PreflightDocument.Write(json, report);
                ToldProblem.Write(json, report.Problems.Where(problem => problem.Severity == Severity.Error).Select(ToldProblem.Of));
            });
        }
        else if (terminal.IsInteractive)
        {
            Draw(terminal, report);
        }
        else
        {
            foreach (var line in PreflightTable.Lines(report))
            {
                terminal.Output.WriteLine(line);
            }
        }
    }

    private static void Draw(Terminal terminal, PreflightReport report)
    {
        var table = new Table().Border(TableBorder.Ascii);
        foreach (var column in PreflightTable.Columns)
        {
            table.AddColumn(column);
        }

        foreach (var host in report.Hosts)
        {
            table.AddRow([.. PreflightTable.RowOf(host).Select((cell, column) => new Text(cell, column == 1 ? StyleOf(host.Level) : Style.Plain))]);
        }

        terminal.NewConsole().Write(table);
        foreach (var line in PreflightTable.SchedulerLines(report))
        {
            terminal.Output.WriteLine(line);
        }
    }

    private static Style StyleOf(FindingLevel level) => new(level switch
    {
        FindingLevel.Ok => Color.Green,
        FindingLevel.Warning => Color.Yellow,
        _ => Color.Red,
    });
}
