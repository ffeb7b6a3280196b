using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Clustrix.Snapshots;

namespace Clustrix.Tests.Snapshots;

public sealed class BillOfMaterials : IDisposable
{
    private readonly RestoredProject _project = new RestoredProject()
        .With("Beta", "2.0.0+meta", ["lib/B.dll"], dependsOn: ["Alpha", "Pruned.By.The.Framework"])
        .With("Alpha", "1.2.0", ["lib/A.dll"])
        .Restored();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Packages_have_address_and_hash_and_the_graph_is_whole()
    {
        var bom = JsonNode.Parse(await WriteAsync())!;

        bom["bomFormat"]!.GetValue<string>().ShouldBe("CycloneDX");
        bom["specVersion"]!.GetValue<string>().ShouldBe("1.6");
        bom["serialNumber"]!.GetValue<string>().ShouldMatch("^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$");
        bom["metadata"]!["component"]!["name"]!.GetValue<string>().ShouldBe("App");
        bom["components"]!.AsArray().Select(component => component!["purl"]!.GetValue<string>()).ShouldBe(["pkg:nuget/Alpha@1.2.0", "pkg:nuget/Beta@2.0.0%2Bmeta"]);
        var hash = bom["components"]![0]!["hashes"]![0]!;
        hash["alg"]!.GetValue<string>().ShouldBe("SHA-512");
        hash["content"]!.GetValue<string>().ShouldBe(Convert.ToHexStringLower(SHA512.HashData(await File.ReadAllBytesAsync(_project["alpha/1.2.0", "alpha.1.2.0.nupkg"]))));
        bom["dependencies"]!.ToJsonString().ShouldBe(
            """[{"ref":"project:App","dependsOn":["pkg:nuget/Alpha@1.2.0","pkg:nuget/Beta@2.0.0%2Bmeta"]},{"ref":"pkg:nuget/Alpha@1.2.0","dependsOn":[]},{"ref":"pkg:nuget/Beta@2.0.0%2Bmeta","dependsOn":["pkg:nuget/Alpha@1.2.0"]}]""");
    }

    [Fact]
    public async Task The_same_content_gives_the_same_document_and_other_content_another_serial_number()
    {
        var first = await WriteAsync();
        (await WriteAsync()).ShouldBe(first);
        _project.With("Gamma", "1.0.0", ["lib/G.dll"]).Restored();

        var other = JsonNode.Parse(await WriteAsync())!["serialNumber"]!.GetValue<string>();

        other.ShouldNotBe(JsonNode.Parse(first)!["serialNumber"]!.GetValue<string>());
        first.ShouldNotContain(_project.Directory);
    }

    private async Task<string> WriteAsync()
    {
        var path = _project.Directory + "/obj/bom.json";
        await new SoftwareBillOfMaterials("App", await _project.TakeAsync()).WriteAsync(path, CancellationToken.None);
        return await File.ReadAllTextAsync(path);
    }
}
