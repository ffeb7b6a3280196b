using Cake.Core;
using Cake.Core.Configuration;
using Cake.Core.IO;
using Cake.Core.Packaging;
using Cake.Core.Tooling;
using Clustrix.Testing;

namespace Cake.Clustrix.Tests.Hosting;

/// <summary>What Cake.Frosting makes of Cake.Core: a context and an engine in a process of one's own. Everything real but the installer.</summary>
internal sealed class AliasHost : IDisposable
{
    private readonly TempDirectory _directory = new();

    public AliasHost()
    {
        var fileSystem = new FileSystem();
        var environment = new HostEnvironment(_directory.Root);
        var configuration = new CakeConfiguration(new Dictionary<string, string>());
        var globber = new Globber(fileSystem, environment);
        var tools = new ToolLocator(environment, new ToolRepository(environment), new ToolResolutionStrategy(fileSystem, environment, globber, configuration, Log));
        var data = new CakeDataService();
        Context = new CakeContext(
            fileSystem,
            environment,
            globber,
            Log,
            new CakeArguments(Enumerable.Empty<string>().ToLookup(name => name)),
            new ProcessRunner(fileSystem, environment, Log, tools, configuration),
            new WindowsRegistry(),
            tools,
            data,
            configuration,
            new NoInstaller(),
            new NoServices());
        Engine = new CakeEngine(data, Log);
        Variables = environment.Variables;
    }

    public ICakeContext Context { get; }

    public CakeEngine Engine { get; }

    public RecordingLog Log { get; } = new();

    /// <summary>The environment variables that the aliases see; the store and the cache lie in the host's directory.</summary>
    public IDictionary<string, string> Variables { get; }

    public string this[string relative] => _directory[relative];

    public string Write(string relative, string content) => _directory.Write(relative, content);

    /// <summary>Writes a file that can be executed.</summary>
    public void WriteScript(string relative, string content) =>
        File.SetUnixFileMode(Write(relative, content), UnixFileMode.UserRead | UnixFileMode.UserExecute);

    public Task<CakeReport> RunTargetAsync(string target) =>
        Engine.RunTargetAsync(Context, new DefaultExecutionStrategy(Log, new NoPrinter()), new ExecutionSettings().SetTarget(target));

    public void Dispose() => _directory.Dispose();

    private sealed class NoInstaller : IToolInstaller
    {
        public IEnumerable<FilePath> Install(PackageReference tool) => throw new NotSupportedException();
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }

    private sealed class NoPrinter : ICakeReportPrinter
    {
        public void Write(CakeReport report)
        {
        }

        public void WriteLifeCycleStep(string name, Core.Diagnostics.Verbosity verbosity)
        {
        }

        public void WriteSkippedStep(string name, Core.Diagnostics.Verbosity verbosity)
        {
        }

        public void WriteStep(string name, Core.Diagnostics.Verbosity verbosity)
        {
        }
    }
}
