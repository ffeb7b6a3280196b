namespace Clustrix.Stores;

/// <summary>What a clean-up removed from one store, or would remove.</summary>
/// <param name="Host">The host, as the cluster calls it; of several that share the store, the first.</param>
/// <param name="Root">The store's root there, absolute.</param>
/// <param name="Removed">What went, or would go.</param>
public sealed record CleanedStore(string Host, string Root, CleanResult Removed);
