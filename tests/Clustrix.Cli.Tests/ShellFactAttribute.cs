namespace Clustrix.Cli.Tests;

/// <summary>A test that is skipped, by name, where a shell isn't installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ShellFactAttribute : FactAttribute
{
    public ShellFactAttribute(string shell)
    {
        Shell = shell;
        var folders = Environment.GetEnvironmentVariable("PATH") ?? "";
        if (!folders.Split(':').Any(folder => File.Exists(Path.Combine(folder, shell))))
        {
            Skip = $"{shell} is not installed";
        }
    }

    /// <summary>The shell.</summary>
    public string Shell { get; }
}
