namespace Microsoft.Build.Framework;

/// <summary>
/// Tells MSBuild that a task may run on a thread of its own process (<c>-mt</c>). MSBuild looks for the attribute by its full name, so
/// this one serves every SDK, also those whose own assemblies don't have it.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class MSBuildMultiThreadableTaskAttribute : Attribute;
