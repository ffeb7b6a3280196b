using System.Reflection;
using System.Xml.Linq;
using Cake.Core;
using Cake.Core.Annotations;
using Clustrix.Configuration;
using Clustrix.Testing;

namespace Cake.Clustrix.Tests;

/// <summary>Whoever knows the MSBuild targets and the settings knows the aliases.</summary>
public sealed class NamesOfAliases
{
    // The audit asks package sources, which only the SDK's NuGet libraries can.
    private static readonly string[] WithoutAlias = ["Audit"];

    private static readonly MethodInfo[] Aliases = typeof(ClustrixAliases).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly);

    [Fact]
    public void Every_setting_is_a_property_of_some_aliass_settings_and_documented_there()
    {
        Type[] types = [.. typeof(ClustrixSettings).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ClustrixSettings)) && !type.IsAbstract)];

        SettingsSchema.All.Select(setting => setting.Name).Where(name => types.All(type => type.GetProperty(name) is null)).ShouldBe(WithoutAlias);
    }

    [Fact]
    public void Every_setting_of_items_is_a_property_of_an_item() =>
        SettingsSchema.All.Where(setting => setting.Scope == SettingScope.Item).Select(setting => setting.Name)
            .Where(name => typeof(ClustrixItem).GetProperty(name) is null)
            .ShouldBeEmpty();

    [Fact]
    public void Every_target_is_an_alias()
    {
        var targets = XDocument.Load(Repository.At("src/Tasks/build/Clustrix.MSBuild.targets")).Descendants("Target")
            .Select(target => target.Attribute("Name")!.Value)
            .Where(name => name.StartsWith("Clustrix", StringComparison.Ordinal));

        targets.Except(Aliases.Select(alias => alias.Name)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_alias_takes_its_settings_or_an_action_that_fills_them_in()
    {
        foreach (var alias in Aliases.GroupBy(alias => alias.Name))
        {
            var settings = typeof(ClustrixSettings).Assembly.GetType($"Cake.Clustrix.{alias.Key}Settings")!;
            alias.ShouldAllBe(method => method.IsDefined(typeof(CakeMethodAliasAttribute)) && method.GetParameters()[0].ParameterType == typeof(ICakeContext));
            alias.Select(method => method.GetParameters()[1].ParameterType).ShouldBe([settings, typeof(Action<>).MakeGenericType(settings)], ignoreOrder: true);
            alias.Select(method => method.ReturnType).Distinct().ShouldHaveSingleItem().ShouldNotBe(typeof(void));
        }
    }
}
