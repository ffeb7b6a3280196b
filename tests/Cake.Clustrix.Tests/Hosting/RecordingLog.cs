using System.Globalization;
using Cake.Core.Diagnostics;

namespace Cake.Clustrix.Tests.Hosting;

/// <summary>A log of Cake that keeps what is written to it.</summary>
internal sealed class RecordingLog : ICakeLog
{
    private readonly List<(Verbosity Verbosity, LogLevel Level, string Text)> _entries = [];

    public Verbosity Verbosity { get; set; } = Verbosity.Diagnostic;

    public IReadOnlyList<(Verbosity Verbosity, LogLevel Level, string Text)> Entries => _entries;

    public IEnumerable<string> Of(LogLevel level) => _entries.Where(entry => entry.Level == level).Select(entry => entry.Text);

    public void Write(Verbosity verbosity, LogLevel level, string format, params object[] args) =>
        _entries.Add((verbosity, level, string.Format(CultureInfo.InvariantCulture, format, args)));
}
