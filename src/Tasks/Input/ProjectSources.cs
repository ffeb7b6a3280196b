using System.Xml;
using System.Xml.Linq;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild.Input;

/// <summary>Finds the line on which an item, a metadata value or a property was written: MSBuild tells tasks the file, but not the line.</summary>
internal sealed class ProjectSources(string projectFile)
{
    private readonly Dictionary<string, XElement?> _roots = new(StringComparer.Ordinal);
    private readonly Dictionary<(string File, string ItemType), List<XElement>> _elements = [];

    /// <summary>Where an item was written; its file alone if the line can't be found.</summary>
    /// <param name="item">The item.</param>
    /// <param name="itemType">The item's type, such as <c>ClustrixItem</c>.</param>
    /// <param name="metadata">The metadata value to point at, or null for the item itself.</param>
    public SourcePlace Of(ITaskItem item, string itemType, string? metadata = null)
    {
        var file = FileOf(item);
        var element = ElementOf(file, itemType, item.ItemSpec);
        if (element is null || metadata is null)
        {
            return PlaceOf(file, element);
        }

        return PlaceOf(file, (XObject?)Attribute(element, metadata) ?? Child(element, metadata) ?? element);
    }

    /// <summary>Whether the element that made an item has an attribute.</summary>
    public bool HasAttribute(ITaskItem item, string itemType, string attribute) =>
        ElementOf(FileOf(item), itemType, item.ItemSpec)?.Attribute(attribute) is not null;

    /// <summary>The properties whose names begin with a prefix, as they are written in the project file itself.</summary>
    public IEnumerable<(string Name, SourcePlace Place)> Properties(string prefix) =>
        Root(projectFile)?.Descendants()
            .Where(e => e.Parent?.Name.LocalName == "PropertyGroup" && e.Name.LocalName.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            .Select(e => (e.Name.LocalName, PlaceOf(projectFile, e))) ?? [];

    private string FileOf(ITaskItem item) => item.GetMetadata("DefiningProjectFullPath") is { Length: > 0 } file ? file : projectFile;

    private static SourcePlace PlaceOf(string file, XObject? place) =>
        place is IXmlLineInfo line && line.HasLineInfo() ? new SourcePlace(file, line.LineNumber, line.LinePosition) : new SourcePlace(file);

    private static XAttribute? Attribute(XElement element, string name) =>
        element.Attributes().FirstOrDefault(a => a.Name.LocalName.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static XElement? Child(XElement element, string name) =>
        element.Elements().FirstOrDefault(e => e.Name.LocalName.Equals(name, StringComparison.OrdinalIgnoreCase));

    // The element that names the item literally; else the only one that could have made it by a wildcard or from other items.
    private XElement? ElementOf(string file, string itemType, string itemSpec)
    {
        var elements = Elements(file, itemType);
        var literal = elements.Find(e => Includes(e).Contains(itemSpec, StringComparer.Ordinal));
        if (literal is not null)
        {
            return literal;
        }

        var computed = elements.FindAll(e => e.Attribute("Include")!.Value.AsSpan().ContainsAny("*?@%$"));
        return computed.Count == 1 ? computed[0] : null;
    }

    private List<XElement> Elements(string file, string itemType)
    {
        if (!_elements.TryGetValue((file, itemType), out var elements))
        {
            elements = Root(file)?.Descendants().Where(e => e.Name.LocalName == itemType && e.Attribute("Include") is not null).ToList() ?? [];
            _elements.Add((file, itemType), elements);
        }

        return elements;
    }

    private static string[] Includes(XElement element) =>
        element.Attribute("Include")!.Value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private XElement? Root(string file)
    {
        if (!_roots.TryGetValue(file, out var root))
        {
            root = Load(file);
            _roots.Add(file, root);
        }

        return root;
    }

    // The message matters more than its line: a file that can't be read again costs only the line.
    private static XElement? Load(string file)
    {
        try
        {
            return XDocument.Load(file, LoadOptions.SetLineInfo).Root;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or XmlException)
        {
            return null;
        }
    }
}
