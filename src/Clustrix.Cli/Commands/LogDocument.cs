using System.Text;
using Clustrix.Runs;

namespace Clustrix.Cli.Commands;

/// <summary>An item's log as a document for machines.</summary>
internal sealed class LogDocument : IDisposable
{
    private readonly MemoryStream _output = new();
    private readonly MemoryStream _error = new();

    /// <summary>Takes what has come.</summary>
    public void Take(ReadOnlyMemory<byte> output, ReadOnlyMemory<byte> error)
    {
        _output.Write(output.Span);
        _error.Write(error.Span);
    }

    /// <summary>Writes what was taken.</summary>
    public void Write(Terminal terminal, RunDescription run, string item, ItemProgress progress) =>
        JsonOutput.Write(terminal, json =>
        {
            json.WriteString("run", run.Run);
            json.WriteString("item", run.Items[run.NumberOf(item)].Name);
            json.WriteString("progress", progress.ToString());
            json.WriteString("stdout", Encoding.UTF8.GetString(_output.ToArray()));
            json.WriteString("stderr", Encoding.UTF8.GetString(_error.ToArray()));
        });

    /// <inheritdoc/>
    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }
}
