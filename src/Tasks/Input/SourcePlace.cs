namespace Clustrix.MSBuild.Input;

/// <summary>Where something was written, for error messages.</summary>
/// <param name="File">The project file.</param>
/// <param name="Line">The line, from 1; 0 where it isn't known.</param>
/// <param name="Column">The column, from 1; 0 where it isn't known.</param>
internal readonly record struct SourcePlace(string? File, int Line = 0, int Column = 0);
