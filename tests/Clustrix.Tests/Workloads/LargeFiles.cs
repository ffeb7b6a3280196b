using Clustrix.Testing;

namespace Clustrix.Tests.Workloads;

/// <summary>Counts what the whole process allocates: so nothing else may run beside it.</summary>
[Collection(nameof(Alone))]
public sealed class LargeFiles
{
    [Fact]
    public async Task A_large_file_is_digested_without_being_held_in_memory()
    {
        const long Size = 200_000_000;
        using var tree = new TempDirectory();
        await using (var sparse = File.Create(tree["sparse"]))
        {
            sparse.SetLength(Size);
        }

        await PayloadTree.LayerAsync(tree.Root);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var layer = await PayloadTree.LayerAsync(tree.Root);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        layer.Files[0].Size.ShouldBe(Size);
        allocated.ShouldBeLessThan(Size / 20);
    }
}
