using System.Text.Json;
using Clustrix.Runs;

namespace Clustrix.Results;

/// <summary>What a run would do, as properties of a JSON object for machines.</summary>
public static class PlanDocument
{
    /// <summary>Writes it.</summary>
    public static void Write(Utf8JsonWriter json, RunPlan plan)
    {
        PushDocument.Write(json, plan.Push);
        json.WriteNumber("items", plan.Items);
        json.WriteNumber("itemsReused", plan.Reused);
        json.WriteStartArray("workers");
        foreach (var workers in plan.Workers)
        {
            json.WriteStartObject();
            json.WriteString("host", workers.Host);
            json.WriteNumber("items", workers.Items);
            json.WriteNumber("nodes", workers.Nodes);
            json.WriteNumber("cpus", workers.Cpus);
            json.WriteNumber("memory", workers.Memory);
            json.WriteNumber("workers", workers.Workers);
            json.WriteString("script", workers.Script);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
