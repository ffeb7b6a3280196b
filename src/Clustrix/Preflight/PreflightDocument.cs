using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Clustrix.Diagnostics;
using Clustrix.Snapshots;

namespace Clustrix.Preflight;

/// <summary>The file <c>preflight.json</c>.</summary>
public static class PreflightDocument
{
    /// <summary>Its name in the artifacts directory.</summary>
    public const string FileName = "preflight.json";

    private const int Version = 1;

    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the properties of an object.</summary>
    public static void Write(Utf8JsonWriter json, PreflightReport report)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(report);
        json.WriteNumber("version", Version);
        json.WriteString("cluster", report.Cluster);
        json.WriteString("started", report.Started);
        json.WriteNumber("minHosts", report.MinHosts);
        json.WriteBoolean("passed", report.Passed);
        json.WriteStartArray("hosts");
        foreach (var host in report.Hosts)
        {
            Write(json, host);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the file; a reader sees the old one or the new one, never a part.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="directory">The artifacts directory, absolute; made when it isn't there.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="ClustrixException">The file can't be written (<see cref="ErrorCode.ArtifactsNotWritable"/>).</exception>
    public static async Task WriteAsync(PreflightReport report, string directory, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Indented))
        {
            json.WriteStartObject();
            Write(json, report);
            json.WriteEndObject();
        }

        buffer.Write(Encoding.UTF8.GetBytes("\n"));
        await CanonicalFile.WriteAsync(Path.Combine(directory, FileName), buffer.ToArray(), cancellationToken).ConfigureAwait(false);
    }

    private static void Write(Utf8JsonWriter json, HostReport host)
    {
        json.WriteStartObject();
        json.WriteString("host", host.Host);
        json.WriteBoolean("passed", host.Passed);
        if (host.Facts is { } facts)
        {
            Write(json, facts);
        }

        json.WriteStartArray("findings");
        foreach (var finding in host.Findings)
        {
            json.WriteStartObject();
            json.WriteString("subject", finding.Subject);
            json.WriteString("level", finding.Level.ToString());
            json.WriteString("text", finding.Text);
            if (finding.Code is { } code)
            {
                json.WriteString("code", code.ToText());
                json.WriteString("command", finding.Command);
                json.WriteString("advice", finding.Advice);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, HostFacts facts)
    {
        json.WriteStartObject("facts");
        json.WriteString("hostName", facts.HostName);
        json.WriteString("user", facts.User);
        json.WriteString("platform", facts.Platform);
        json.WriteString("runtimeIdentifier", facts.RuntimeIdentifier);
        json.WriteString("kernel", facts.Kernel);
        json.WriteNumber("cores", facts.Cores);
        json.WriteNumber("memoryBytes", facts.MemoryBytes);
        json.WriteNumber("availableMemoryBytes", facts.AvailableMemoryBytes);
        json.WriteString("storeRoot", facts.StoreRoot);
        json.WriteNumber("freeBytes", facts.FreeBytes);
        json.WriteNumber("freeInodes", facts.FreeInodes);
        if (facts.ClockSkew is { } skew)
        {
            json.WriteNumber("clockSkewSeconds", Seconds(skew));
        }

        json.WriteNumber("roundTripSeconds", Seconds(facts.RoundTrip));
        json.WriteNumber("connectSeconds", Seconds(facts.ConnectTime));
        json.WriteStartArray("frameworks");
        foreach (var framework in facts.Frameworks)
        {
            json.WriteStringValue(framework);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 4);
}
