using Clustrix.Diagnostics;

namespace Clustrix.Preflight;

/// <summary>Whether a host has the tools that the node program needs.</summary>
/// <param name="answer">What the host has said.</param>
/// <param name="commands">Writes the remedies.</param>
internal sealed class ToolFindings(ProbeAnswer answer, HostCommands commands)
{
    private const string Everything = "coreutils";

    // What isn't here is of the package coreutils, on all distributions.
    private static readonly Dictionary<string, string> Packages = new()
    {
        ["tar"] = "tar",
        ["gzip"] = "gzip",
        ["sed"] = "sed",
        ["grep"] = "grep",
        ["find"] = "findutils",
        ["xargs"] = "findutils",
        ["setsid"] = "util-linux",
    };

    public IEnumerable<Finding> All()
    {
        if (answer.Has("sh"))
        {
            yield return Finding.Ok("shell", answer.Text("sh"));
        }

        List<string> missing = [.. answer.Lines["missing"], .. answer.Has("sha256") ? [] : new[] { "sha256sum" }];
        if (missing.Count > 0)
        {
            yield return Failure($"the host lacks {string.Join(", ", missing)}", missing);
        }
        else if (answer.Has("dd.fullblock"))
        {
            yield return Failure("dd doesn't know iflag=fullblock", ["dd"]);
        }
        else
        {
            yield return Finding.Ok("tools", string.Join("; ", from tool in (string[])["tar", "gzip", "sha256", "dd", "setsid"]
                                                               where answer.Has($"tool.{tool}")
                                                               select Named(tool, answer.Text($"tool.{tool}"))));
        }
    }

    // Busybox tells its own name, and not the tool's.
    private static string Named(string tool, string version) => version.StartsWith(tool, StringComparison.Ordinal) ? version : $"{tool}: {version}";

    private Finding Failure(string text, IEnumerable<string> missing)
    {
        var packages = string.Join(' ', missing.Select(tool => Packages.GetValueOrDefault(tool, Everything)).Distinct());
        var install = answer.Text("installer") switch
        {
            "" => "",
            "apk" => $"sudo apk add {packages}",
            "pacman" => $"sudo pacman -S {packages}",
            var installer => $"sudo {installer} install -y {packages}",
        };
        return install.Length > 0
            ? Finding.Failure("tools", ErrorCode.ToolMissing, text, commands.There(install))
            : Finding.Failure("tools", ErrorCode.ToolMissing, text, advice: $"Install {packages} there, and see that the PATH of a shell that is no login shell leads to them.");
    }
}
