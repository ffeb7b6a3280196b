using Clustrix.Configuration;

namespace Clustrix.Tests.Configuration;

public sealed class NamesOfSettings
{
    [Fact]
    public void One_name_makes_the_names_on_all_surfaces()
    {
        var setting = SettingsSchema.ReuseResults;

        setting.JsonName.ShouldBe("reuseResults");
        setting.PropertyName.ShouldBe("ClustrixReuseResults");
        setting.VariableName.ShouldBe("CLUSTRIX_REUSE_RESULTS");
        setting.OptionName.ShouldBe("--reuse-results");
    }

    [Fact]
    public void No_two_settings_share_a_name()
    {
        SettingsSchema.All.Select(setting => setting.OptionName).ShouldBeUnique();
        SettingsSchema.All.ShouldAllBe(setting => SettingsSchema.Find(setting.Name) == setting);
    }

    [Fact]
    public void Every_setting_that_is_declared_is_listed()
    {
        typeof(SettingsSchema).GetFields().Select(field => field.GetValue(null)).OfType<Setting>().ShouldBe(SettingsSchema.All, ignoreOrder: true);
    }

    [Fact]
    public void Every_default_is_a_value_that_the_setting_takes()
    {
        SettingsSchema.All.Where(setting => setting.Default is not null && setting.Fault(setting.Default) is not null).ShouldBeEmpty();
    }

    [Fact]
    public void Every_help_is_one_sentence_in_one_line()
    {
        SettingsSchema.All.ShouldAllBe(setting => setting.Help.Length < 140 && setting.Help.EndsWith('.') && !setting.Help.Contains('\n', StringComparison.Ordinal));
    }
}
