using System.Text.Json;
using Clustrix.Diagnostics;

namespace Clustrix.Cli;

/// <summary>A problem as machines are told it: one of ours, or one of a build.</summary>
/// <param name="Code">Such as <c>CLX1002</c> or <c>MSB4019</c>; empty when a build gave none.</param>
/// <param name="Message">What happened.</param>
/// <param name="File">The file to blame; null when there is none.</param>
/// <param name="Line">The line in it, from 1; 0 when it isn't known.</param>
/// <param name="Column">The column in the line, from 1; 0 when it isn't known.</param>
internal sealed record ToldProblem(string Code, string Message, string? File, int Line, int Column)
{
    /// <summary>One of ours.</summary>
    public static ToldProblem Of(Problem problem) => new(problem.Code.ToText(), problem.Message, problem.File, problem.Line, problem.Column);

    /// <summary>Writes problems as the property <c>problems</c>.</summary>
    public static void Write(Utf8JsonWriter json, IEnumerable<ToldProblem> problems)
    {
        json.WriteStartArray("problems");
        foreach (var problem in problems)
        {
            json.WriteStartObject();
            json.WriteString("code", problem.Code);
            json.WriteString("message", problem.Message);
            json.WriteString("file", problem.File);
            json.WriteNumber("line", problem.Line);
            json.WriteNumber("column", problem.Column);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
