using Clustrix.Diagnostics;

namespace Clustrix.Workloads;

/// <summary>What the items of a workload may say. All of it can be told before anything is sent.</summary>
public static class ItemRules
{
    private const int LongestName = 200;

    /// <summary>Checks the items of one workload, each for itself and all against each other.</summary>
    /// <param name="items">The items.</param>
    /// <returns>Everything that is wrong, in the order of the items, each with its file and line; empty when nothing is.</returns>
    public static IReadOnlyList<Problem> Check(IReadOnlyList<DeclaredItem> items) =>
        items.Count == 0
            ? [new Problem(ErrorCode.NothingToRun, "There is no item to run. Declare at least one ClustrixItem with a Command.")]
            : [.. items.SelectMany(Check), .. Duplicates(items).Distinct()];

    /// <summary>Checks the items of a workload, wherever they were declared.</summary>
    /// <param name="workload">The workload.</param>
    public static IReadOnlyList<Problem> Check(Workload workload) => Check([.. workload.Items.Select(item => new DeclaredItem(item))]);

    /// <summary>Checks what items say about the files that they get.</summary>
    /// <param name="items">The items.</param>
    /// <param name="payload">Their payload.</param>
    /// <returns>A problem for each item whose working directory the payload doesn't have.</returns>
    public static IReadOnlyList<Problem> Check(IReadOnlyCollection<Item> items, Payload payload)
    {
        var tree = new Lazy<PayloadDirectories>(() => new PayloadDirectories(payload));
        return
        [
            .. from item in items
               where item.WorkingDirectory.Length > 0
               let fault = tree.Value.FaultOfDirectory(item.WorkingDirectory)
               where fault is not null
               select new Problem(ErrorCode.PayloadMissing, $"Item {item.Name.Quote()}: the WorkingDirectory {item.WorkingDirectory.Quote()} {fault}.") { Item = item.Name },
        ];
    }

    /// <summary>Checks the variables that a snapshot lists: the items get them.</summary>
    /// <param name="names">Their names, whether they are set or not.</param>
    /// <returns>A problem for each that can't be an item's.</returns>
    public static IReadOnlyList<Problem> CheckListed(IEnumerable<string> names) =>
    [
        .. from name in names
           let fault = VariableName.Fault(name)
           where fault is not null
           select new Problem(ErrorCode.BadValue, $"Listed variable {name.Quote()}: {fault}."),
    ];

    private static IEnumerable<Problem> Check(DeclaredItem declared)
    {
        var item = declared.Item;
        return FaultsOfName(item.Name)
            .Concat(FaultsOfCommand(item.Command))
            .Concat(FaultsOfWorkingDirectory(item.WorkingDirectory))
            .Concat(FaultsOfNeeds(item))
            .Concat(item.Outputs.SelectMany(FaultsOfOutput))
            .Concat(item.Environment.SelectMany(FaultsOfVariable))
            .Concat(item.Modules.SelectMany(FaultsOfModule))
            .Concat(item.Setup.SelectMany(FaultsOfSetup))
            .Select(fault => new Problem(fault.Code, $"Item {item.Name.Quote()}: {fault.Text}.", declared.File, declared.Line));
    }

    private static IEnumerable<Problem> Duplicates(IReadOnlyList<DeclaredItem> items)
    {
        var known = new Dictionary<string, DeclaredItem>(items.Count, StringComparer.Ordinal);
        foreach (var declared in items)
        {
            if (!known.TryAdd(declared.Item.Name, declared))
            {
                var first = known[declared.Item.Name];
                var place = first.File is null ? "" : first.Line > 0 ? $" The first is at {first.File}({first.Line})." : $" The first is in {first.File}.";
                yield return new Problem(
                    ErrorCode.DuplicateItem,
                    $"More than one item is called {declared.Item.Name.Quote()}.{place} Give each a name of its own.",
                    declared.File,
                    declared.Line);
            }
        }
    }

    private static IEnumerable<(ErrorCode Code, string Text)> FaultsOfName(string name)
    {
        if (name.Length is 0 or > LongestName)
        {
            yield return (ErrorCode.BadValue, $"the name has {name.Length} characters. Give it 1 to {LongestName}");
        }

        if (name.Any(char.IsControl))
        {
            yield return (ErrorCode.BadValue, "the name holds a control character. Leave it out");
        }
    }

    private static IEnumerable<(ErrorCode Code, string Text)> FaultsOfCommand(string command)
    {
        if (string.IsNullOrWhiteSpace(command))
        {
            yield return (ErrorCode.ItemWithoutCommand, "it has no Command. Set Command to what a shell on the node shall run");
        }
        else if (command.Contains('\0', StringComparison.Ordinal))
        {
            yield return (ErrorCode.BadValue, "the Command holds a NUL, which no shell can take. Leave it out");
        }
    }

    private static IEnumerable<(ErrorCode Code, string Text)> FaultsOfWorkingDirectory(string directory)
    {
        if (directory.StartsWith('/'))
        {
            yield return (ErrorCode.PayloadEscapesRoot, $"the WorkingDirectory {directory.Quote()} is absolute. Write it relative to the item's directory");
        }
        else if (directory.Split('/').Contains(".."))
        {
            yield return (ErrorCode.PayloadEscapesRoot, $"the WorkingDirectory {directory.Quote()} holds '..', which may lead out of the item's directory. Write it without");
        }

        if (directory.Any(char.IsControl))
        {
            yield return (ErrorCode.BadValue, $"the WorkingDirectory {directory.Quote()} holds a control character. Leave it out");
        }
    }

    private static IEnumerable<(ErrorCode Code, string Text)> FaultsOfNeeds(Item item)
    {
        if (item.Cpus < 1)
        {
            yield return (ErrorCode.BadValue, $"Cpus is {item.Cpus}. Set it to 1 or more");
        }

        if (item.Nodes < 1)
        {
            yield return (ErrorCode.BadValue, $"Nodes is {item.Nodes}. Set it to 1 or more");
        }

        if (item.Memory < 0)
        {
            yield return (ErrorCode.BadValue, $"Memory is {item.Memory} bytes. Set it to 0 or more");
        }

        if (item.Retries < 0)
        {
            yield return (ErrorCode.BadValue, $"Retries is {item.Retries}. Set it to 0 or more");
        }

        if (item.Timeout <= TimeSpan.Zero)
        {
            yield return (ErrorCode.BadValue, "the Timeout isn't longer than zero. Give it a duration such as 10m");
        }
    }

    private static IEnumerable<(ErrorCode Code, string Text)> FaultsOfOutput(string text)
    {
        if (!PathPattern.TryParse(text, out _, out var fault))
        {
            yield return (ErrorCode.BadOutputPattern, $"the output pattern {text.Quote()} {fault}");
        }
    }

    private static IEnumerable<(ErrorCode Code, string Text)> FaultsOfModule(string module)
    {
        if (module.Length == 0 || module[0] == '-' || module.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == ':'))
        {
            yield return (ErrorCode.BadValue, $"{module.Quote()} can't be the name of a module. Write it as 'module list' shows it, such as gcc/12.2, and each by itself");
        }
    }

    private static IEnumerable<(ErrorCode Code, string Text)> FaultsOfSetup(string command)
    {
        if (string.IsNullOrWhiteSpace(command) || command.Contains('\0', StringComparison.Ordinal))
        {
            yield return (ErrorCode.BadValue, $"the Setup {command.Quote()} is nothing that a shell can run. Write a command, or leave it out");
        }
    }

    private static IEnumerable<(ErrorCode Code, string Text)> FaultsOfVariable(KeyValuePair<string, string> variable)
    {
        var (name, value) = variable;
        if (VariableName.Fault(name) is { } fault)
        {
            yield return (ErrorCode.BadValue, fault);
        }

        if (value.Contains('\0', StringComparison.Ordinal))
        {
            yield return (ErrorCode.BadValue, $"the environment variable {name.Quote()} holds a NUL. Leave it out");
        }
    }
}
