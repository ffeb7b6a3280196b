namespace Clustrix.Hosts;

/// <summary>A shell that runs on a host. Disposing it closes its input, and ends it when it doesn't end by itself.</summary>
public interface IShell : IAsyncDisposable
{
    /// <summary>What the shell reads.</summary>
    Stream Input { get; }

    /// <summary>What the shell writes.</summary>
    Stream Output { get; }

    /// <summary>The last lines that the shell wrote to standard error, for messages.</summary>
    string ErrorTail { get; }

    /// <summary>Ends the shell at once, where it can be: nothing that it may do matters any more. It is to be disposed of all the same.</summary>
    void Abandon()
    {
    }
}
