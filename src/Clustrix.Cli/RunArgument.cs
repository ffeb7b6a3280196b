using System.CommandLine;

namespace Clustrix.Cli;

/// <summary>The arguments RUN and ITEM of the verbs that are about a run.</summary>
internal static class RunArgument
{
    /// <summary>The name of the first.</summary>
    public const string Name = "RUN";

    /// <summary>The run; a new object each time, because an argument belongs to one command.</summary>
    public static Argument<string> New() => new(Name) { Description = "The run's id, or a beginning of it that no other id has." };

    /// <summary>The item.</summary>
    public static Argument<string> NewItem() => new("ITEM") { Description = "The item's name, or its number from 0." };

    /// <summary>The run that was named.</summary>
    public static string Run(this Call call) => call.Arguments.GetValue<string>(Name) ?? "";

    /// <summary>The item that was named.</summary>
    public static string Item(this Call call) => call.Arguments.GetValue<string>("ITEM") ?? "";
}
