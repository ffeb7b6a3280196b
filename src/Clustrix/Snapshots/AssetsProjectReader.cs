namespace Clustrix.Snapshots;

/// <summary>Reads the section <c>project</c> of an assets file: what the project itself asked for.</summary>
internal sealed class AssetsProjectReader(string targetFramework)
{
    /// <summary>The package sources that the restore could use.</summary>
    public IReadOnlyList<string> Sources { get; private set; } = [];

    /// <summary>The packages that the project asks for in the target framework.</summary>
    public IReadOnlyList<RequestedVersion> Requested { get; private set; } = [];

    /// <summary>The shared frameworks that the project refers to in the target framework.</summary>
    public IReadOnlyList<string> FrameworkReferences { get; private set; } = [];

    /// <summary>Reads the section.</summary>
    public void Read(ref JsonScan scan)
    {
        scan.EnterObject();
        while (scan.NextProperty())
        {
            if (scan.Is("restore"u8))
            {
                ReadRestore(ref scan);
            }
            else if (scan.Is("frameworks"u8))
            {
                ReadFrameworks(ref scan);
            }
            else
            {
                scan.Skip();
            }
        }
    }

    private void ReadRestore(ref JsonScan scan)
    {
        scan.EnterObject();
        while (scan.NextProperty())
        {
            if (scan.Is("sources"u8))
            {
                Sources = scan.Names();
            }
            else
            {
                scan.Skip();
            }
        }
    }

    private void ReadFrameworks(ref JsonScan scan)
    {
        scan.EnterObject();
        while (scan.NextProperty())
        {
            var wanted = TargetName.Matches(scan.Name(), targetFramework);
            var requested = new List<RequestedVersion>();
            var references = new List<string>();
            scan.EnterObject();
            while (scan.NextProperty())
            {
                if (scan.Is("targetAlias"u8))
                {
                    wanted |= scan.Text() == targetFramework;
                }
                else if (scan.Is("dependencies"u8))
                {
                    ReadRequested(ref scan, requested);
                }
                else if (scan.Is("frameworkReferences"u8))
                {
                    references = scan.Names();
                }
                else
                {
                    scan.Skip();
                }
            }

            if (wanted)
            {
                Requested = requested;
                FrameworkReferences = references;
            }
        }
    }

    private static void ReadRequested(ref JsonScan scan, List<RequestedVersion> requested)
    {
        scan.EnterObject();
        while (scan.NextProperty())
        {
            var id = scan.Name();
            scan.EnterObject();
            while (scan.NextProperty())
            {
                if (scan.Is("version"u8))
                {
                    requested.Add(new RequestedVersion(id, scan.Text()));
                }
                else
                {
                    scan.Skip();
                }
            }
        }
    }
}
