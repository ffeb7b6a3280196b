using System.Diagnostics;
using Clustrix.Testing;

namespace Cake.Clustrix.Tests.Scripts;

/// <summary>The samples in a directory of their own, outside of the repository, with the packed addin.</summary>
internal sealed class ScriptDirectory : IDisposable
{
    private readonly TempDirectory _directory = new();

    public ScriptDirectory(PackedAddin addin)
    {
        var samples = Repository.At("samples/Cake");
        var kept = Directory.EnumerateFiles(samples, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(samples, file))
            .Where(file => !file.Split('/').Any(part => part is "bin" or "obj" or "tools" or "artifacts"));
        foreach (var file in kept)
        {
            _directory.Write(file, File.ReadAllText(Path.Combine(samples, file)));
        }

        _directory.Write("nuget.config", addin.NuGetConfig());
        _directory.Write("cake.config", $"[NuGet]\nSource={addin.Feed}\n");
    }

    public string this[string relative] => _directory[relative];

    public string Write(string relative, string content) => _directory.Write(relative, content);

    /// <summary>Runs a script with <c>dotnet cake</c>, over a store of its own.</summary>
    public Task<ProcessOutcome> RunAsync(string script, params string[] arguments) =>
        ChildProcess.RunAsync("dotnet", ["cake", script, .. arguments], _directory.Root, TimeSpan.FromMinutes(3), Variables());

    /// <summary>Types commands into a shell, over a store of their own.</summary>
    public Task<ProcessOutcome> ShellAsync(string commands) =>
        ChildProcess.RunAsync("sh", ["-eu", "-c", commands], _directory.Root, TimeSpan.FromMinutes(3), Variables());

    /// <summary>Starts a program here, over the same store.</summary>
    public Process Start(string program, params string[] arguments)
    {
        var start = ChildProcess.StartInfo(program, arguments, _directory.Root);
        foreach (var (name, value) in Variables())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private Dictionary<string, string> Variables() => new()
    {
        ["CLUSTRIX_STORE_ROOT"] = _directory["store"],
        ["CLUSTRIX_CACHE_DIRECTORY"] = _directory["cache"],
        ["NO_COLOR"] = "1",
    };

    public void Dispose() => _directory.Dispose();
}
