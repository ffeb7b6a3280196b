using Cake.Core;
using Cake.Core.IO;
using Path = System.IO.Path;

namespace Cake.Clustrix.Tests.Hosting;

/// <summary>The machine as it is, but with a working directory and Clustrix's variables of the test's own.</summary>
internal sealed class HostEnvironment : ICakeEnvironment
{
    private readonly CakeEnvironment _machine = new(new CakePlatform(), new CakeRuntime());

    public HostEnvironment(string directory)
    {
        WorkingDirectory = directory;
        Variables = _machine.GetEnvironmentVariables()
            .Where(variable => !variable.Key.StartsWith("CLUSTRIX_", StringComparison.Ordinal))
            .ToDictionary(variable => variable.Key, variable => variable.Value, StringComparer.Ordinal);
        Variables["CLUSTRIX_STORE_ROOT"] = Path.Combine(directory, "store");
        Variables["CLUSTRIX_CACHE_DIRECTORY"] = Path.Combine(directory, "cache");
    }

    public Dictionary<string, string> Variables { get; }

    public DirectoryPath WorkingDirectory { get; set; }

    public DirectoryPath ApplicationRoot => _machine.ApplicationRoot;

    public DirectoryPath UserHomeDirectory => _machine.UserHomeDirectory;

    public ICakePlatform Platform => _machine.Platform;

    public ICakeRuntime Runtime => _machine.Runtime;

    public DirectoryPath GetSpecialPath(SpecialPath path) => _machine.GetSpecialPath(path);

    public string GetEnvironmentVariable(string variable) => Variables.GetValueOrDefault(variable)!;

    public IDictionary<string, string> GetEnvironmentVariables() => Variables;
}
