using System.Text.Json;

namespace Clustrix.Snapshots;

/// <summary>A forward walk over a JSON object that skips what nobody asked for and knows line and column of what it doesn't like.</summary>
/// <remarks>Whatever is wrong, malformed or merely of another shape, is thrown as a <see cref="JsonException"/> with its place.</remarks>
internal ref struct JsonScan
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private readonly ReadOnlySpan<byte> _json;
    private Utf8JsonReader _reader;

    public JsonScan(ReadOnlySpan<byte> json)
    {
        _json = json.StartsWith(ByteOrderMark) ? json[ByteOrderMark.Length..] : json;
        _reader = new Utf8JsonReader(_json);
    }

    public void EnterObject() => Expect(JsonTokenType.StartObject, "an object");

    public void EnterArray() => Expect(JsonTokenType.StartArray, "an array");

    /// <summary>Goes to the next property of the object; false at its end.</summary>
    public bool NextProperty()
    {
        Advance();
        return _reader.TokenType == JsonTokenType.PropertyName;
    }

    /// <summary>Goes to the next object of the array; false at its end.</summary>
    public bool NextObject()
    {
        Advance();
        return _reader.TokenType switch
        {
            JsonTokenType.StartObject => true,
            JsonTokenType.EndArray => false,
            _ => throw Fault("an object was expected here"),
        };
    }

    /// <summary>Whether the property that the walk stands on has this name.</summary>
    public readonly bool Is(ReadOnlySpan<byte> name) => _reader.ValueTextEquals(name);

    /// <summary>The name of the property that the walk stands on.</summary>
    public readonly string Name() => Decode();

    /// <summary>The value of the property that the walk stands on: a string, or null.</summary>
    public string? TextOrNull()
    {
        Advance();
        return _reader.TokenType switch
        {
            JsonTokenType.String => Decode(),
            JsonTokenType.Null => null,
            _ => throw Fault("a string was expected here"),
        };
    }

    /// <summary>The value of the property that the walk stands on: a string.</summary>
    public string Text() => TextOrNull() ?? throw Fault("a string was expected here");

    /// <summary>The value of the property that the walk stands on: a whole number.</summary>
    public int Number()
    {
        Advance();
        return _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt32(out var number)
            ? number
            : throw Fault("a whole number was expected here");
    }

    /// <summary>The strings of an array that is the value of the property that the walk stands on.</summary>
    public List<string> Texts()
    {
        EnterArray();
        var texts = new List<string>();
        for (Advance(); _reader.TokenType != JsonTokenType.EndArray; Advance())
        {
            texts.Add(_reader.TokenType == JsonTokenType.String ? Decode() : throw Fault("a string was expected here"));
        }

        return texts;
    }

    /// <summary>The names of the properties of an object that is the value of the property that the walk stands on.</summary>
    public List<string> Names()
    {
        EnterObject();
        var names = new List<string>();
        while (NextProperty())
        {
            names.Add(Name());
            Skip();
        }

        return names;
    }

    /// <summary>Passes over the value of the property that the walk stands on.</summary>
    public void Skip() => _reader.Skip();

    /// <summary>Makes sure that nothing follows the object that was walked.</summary>
    public void End()
    {
        if (_reader.Read())
        {
            throw Fault("nothing was expected here");
        }
    }

    /// <summary>What is wrong with the token that the walk stands on, with its line and column.</summary>
    public readonly JsonException Fault(string message)
    {
        var before = _json[..(int)_reader.TokenStartIndex];
        return new JsonException(message, path: null, before.Count((byte)'\n'), before.Length - 1 - before.LastIndexOf((byte)'\n'));
    }

    private void Advance()
    {
        if (!_reader.Read())
        {
            throw Fault("the file ends too early");
        }
    }

    private void Expect(JsonTokenType type, string what)
    {
        Advance();
        if (_reader.TokenType != type)
        {
            throw Fault(what + " was expected here");
        }
    }

    private readonly string Decode()
    {
        try
        {
            var text = _reader.GetString()!;
            return text.Contains('\0', StringComparison.Ordinal) ? throw Fault("the text holds a NUL character") : text;
        }
        catch (InvalidOperationException)
        {
            throw Fault("the text is not UTF-8");
        }
    }
}
