using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Workloads;

namespace Clustrix.Tests.Configuration;

public sealed class DefaultsOfItems
{
    [Fact]
    public void Without_settings_an_item_is_as_the_core_makes_it()
    {
        var item = ItemDefaults.Read(ResolvedSettings.Resolve([], new Dictionary<string, string>(), []));

        var made = new Item { Name = "", Command = "" };
        (item with { Outputs = made.Outputs, Environment = made.Environment, Modules = made.Modules, Setup = made.Setup }).ShouldBe(made);
        item.Outputs.ShouldBeEmpty();
        item.Environment.ShouldBeEmpty();
        item.Steps.ShouldBeEmpty();
    }

    [Fact]
    public void Every_setting_of_items_reaches_them()
    {
        var item = ItemDefaults.Read(Resolve(
            ("CLUSTRIX_TIMEOUT", "90s"),
            ("CLUSTRIX_CPUS", "2"),
            ("CLUSTRIX_MEMORY", "1KiB"),
            ("CLUSTRIX_RETRIES", "4"),
            ("CLUSTRIX_RETRY_ON", "Crashed;TimedOut"),
            ("CLUSTRIX_OUTPUTS", "a;b"),
            ("CLUSTRIX_ENVIRONMENT", "A=1;B=x=y"),
            ("CLUSTRIX_MODULES", "gcc/12.2;cuda"),
            ("CLUSTRIX_SETUP", "ulimit -s 1000"),
            ("CLUSTRIX_WORKING_DIRECTORY", "sub")));

        item.Timeout.ShouldBe(TimeSpan.FromSeconds(90));
        item.Cpus.ShouldBe(2);
        item.Memory.ShouldBe(1024);
        item.Retries.ShouldBe(4);
        item.RetryOn.ShouldBe(RetryCauses.Crashed | RetryCauses.TimedOut);
        item.Outputs.ShouldBe(["a", "b"]);
        item.Environment.ShouldBe(new Dictionary<string, string> { ["A"] = "1", ["B"] = "x=y" });
        item.WorkingDirectory.ShouldBe("sub");
        item.Steps.ShouldBe(["module load gcc/12.2", "module load cuda", "ulimit -s 1000"]);
    }

    [Fact]
    public void A_variable_without_a_value_is_told_with_its_origin()
    {
        var settings = Resolve(("CLUSTRIX_ENVIRONMENT", "A=1;B;=2"));

        var problems = Should.Throw<ClustrixException>(() => ItemDefaults.Read(settings)).Problems;

        problems.Select(problem => problem.Message).ShouldBe(
        [
            "'B' isn't a variable for Environment. Write NAME=value. (From environment CLUSTRIX_ENVIRONMENT.)",
            "'=2' isn't a variable for Environment. Write NAME=value. (From environment CLUSTRIX_ENVIRONMENT.)",
        ]);
    }

    [Fact]
    public void An_outcome_that_nothing_is_retried_on_is_told()
    {
        var problem = Should.Throw<ClustrixException>(() => Resolve(("CLUSTRIX_RETRY_ON", "Crashed;Lost"))).Problems.ShouldHaveSingleItem();

        (problem.Code, problem.Message).ShouldBe(
            (ErrorCode.BadValue, "'Lost' isn't a value for RetryOn. Write Failed or Crashed or TimedOut or OutOfMemory or MissingOutputs. (From environment CLUSTRIX_RETRY_ON.)"));
    }

    private static ResolvedSettings Resolve(params (string Name, string Value)[] variables) =>
        ResolvedSettings.Resolve([], variables.ToDictionary(variable => variable.Name, variable => variable.Value), []);
}
