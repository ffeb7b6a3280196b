namespace Clustrix.Tests.Conventions;

/// <summary>A test that is skipped, by name, where shellcheck isn't installed. In CI a skip is a failure.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ShellcheckFactAttribute : FactAttribute
{
    public ShellcheckFactAttribute()
    {
        var folders = Environment.GetEnvironmentVariable("PATH") ?? "";
        if (!folders.Split(':').Any(folder => File.Exists(Path.Combine(folder, "shellcheck"))))
        {
            Skip = "shellcheck is not installed; eng/services.sh install brings it";
        }
    }
}
