using System.Text.Json;
using Clustrix.Configuration;
using Clustrix.Tests.Conventions;

namespace Clustrix.Tests.Configuration;

public sealed class JsonSchema
{
    private const string Shipped = "schema/clustrix.schema.json";

    [Fact]
    public void The_file_that_ships_is_the_one_that_is_written()
    {
        var written = ConfigurationSchema.Write();
        if (Repository.Read(Shipped) != written)
        {
            var fresh = Path.Combine(AppContext.BaseDirectory, "clustrix.schema.json");
            File.WriteAllText(fresh, written);
            throw new Xunit.Sdk.XunitException($"{Shipped} is out of date: copy {fresh} over it.");
        }
    }

    [Fact]
    public void Every_setting_is_a_property_and_every_setting_of_a_cluster_one_of_clusters()
    {
        using var schema = JsonDocument.Parse(ConfigurationSchema.Write());
        var top = schema.RootElement.GetProperty("properties");
        var cluster = top.GetProperty("clusters").GetProperty("additionalProperties").GetProperty("properties");

        Names(top).ShouldBe([.. SettingsSchema.All.Select(setting => setting.JsonName), "$schema", "extends", "clusters"], ignoreOrder: true);
        Names(cluster).ShouldBe(SettingsSchema.All.Where(setting => setting.IsOfCluster).Select(setting => setting.JsonName), ignoreOrder: true);
    }

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name);
}
