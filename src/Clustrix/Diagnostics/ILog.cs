namespace Clustrix.Diagnostics;

/// <summary>Where the core tells its host what it does. Each front end has one adapter.</summary>
/// <remarks>Implementations must be safe to call from several threads.</remarks>
public interface ILog
{
    /// <summary>Something a user wants to read at the default verbosity: a step done, progress, a result.</summary>
    void Say(string message);

    /// <summary>Something that helps to find out why, at a higher verbosity.</summary>
    void Detail(string message);

    /// <summary>A coded problem that doesn't stop the work.</summary>
    void Warn(Problem problem);
}
