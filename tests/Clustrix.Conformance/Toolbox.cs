using System.Diagnostics;
using Clustrix.Hosts;
using Clustrix.Testing;

namespace Clustrix.Conformance;

/// <summary>A PATH on which <c>sh</c> and the tools are the ones of one kind of node.</summary>
public sealed class Toolbox : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly string _path;

    public Toolbox(string kind)
    {
        switch (kind)
        {
            case "dash":
            case "bash":
            case "ksh":
                Link("sh", $"/bin/{kind}");
                _path = $"{_directory.Root}:/usr/bin:/bin";
                break;
            case "dash+busybox tar":
                Link("sh", "/bin/dash");
                Link("tar", "/bin/busybox");
                Link("gzip", "/bin/busybox");
                _path = $"{_directory.Root}:/usr/bin:/bin";
                break;
            case "busybox":
                foreach (var applet in Applets())
                {
                    Link(applet, "/bin/busybox");
                }

                _path = _directory.Root;
                break;
            default:
                throw new ArgumentException($"There is no toolbox '{kind}'.", nameof(kind));
        }
    }

    /// <summary>The kinds of node that the node program has to work on.</summary>
    public static TheoryData<string> Kinds => new("dash", "bash", "busybox", "dash+busybox tar", "ksh");

    /// <summary>The shell itself.</summary>
    public string Shell => _directory["sh"];

    public IHost Host(params (string Name, string Value)[] variables) => new LocalHost(Environment(variables));

    public Dictionary<string, string> Environment(params (string Name, string Value)[] variables)
    {
        var environment = new Dictionary<string, string> { ["PATH"] = _path, ["HOME"] = _directory["home"] };
        foreach (var (name, value) in variables)
        {
            environment[name] = value;
        }

        return environment;
    }

    /// <summary>Takes a tool away. Only the kind "busybox" has all of its tools of its own.</summary>
    public void Remove(string tool) => File.Delete(_directory[tool]);

    /// <summary>Puts a script in a tool's place.</summary>
    public void Replace(string tool, string script)
    {
        File.Delete(_directory[tool]);
        File.SetUnixFileMode(_directory.Write(tool, "#!/bin/sh\n" + script + "\n"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public void Dispose() => _directory.Dispose();

    private void Link(string name, string target) => File.CreateSymbolicLink(_directory[name], target);

    private static string[] Applets()
    {
        using var busybox = Process.Start(new ProcessStartInfo("/bin/busybox", "--list") { RedirectStandardOutput = true })!;
        var applets = busybox.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        busybox.WaitForExit();
        return applets;
    }
}
