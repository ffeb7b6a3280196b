using System.Globalization;

namespace Clustrix.Chaos.Wire;

/// <summary>What a test and the relays of one client tell each other: which point is meant, that it is reached, and how it goes on.</summary>
/// <param name="directory">A directory of that client's own.</param>
internal sealed class Wiretap(string directory)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    private readonly string _point = Path.Combine(directory, "point");
    private readonly string _reached = Path.Combine(directory, "reached");
    private readonly string _order = Path.Combine(directory, "order");

    /// <summary>Whether the client is to be listened to at all.</summary>
    public bool IsSet => File.Exists(_point);

    /// <summary>Whether a relay has stopped there.</summary>
    public bool IsReached => File.Exists(_reached);

    /// <summary>The requests so far.</summary>
    public IReadOnlyList<string> Requests => [.. new DirectoryInfo(directory).EnumerateFiles("request.*").OrderBy(file => file.CreationTimeUtc).Select(file => file.Name["request.".Length..])];

    /// <summary>Prepares the directory for a client.</summary>
    public void Set(string request, int occurrence, Moment moment, int bytes)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllLines(_point, [request, occurrence.ToString(CultureInfo.InvariantCulture), moment.ToString(), bytes.ToString(CultureInfo.InvariantCulture)]);
    }

    /// <summary>The point that is meant.</summary>
    public (string Request, int Occurrence, Moment Moment, int Bytes) Read()
    {
        var lines = File.ReadAllLines(_point);
        return (lines[0], int.Parse(lines[1], CultureInfo.InvariantCulture), Enum.Parse<Moment>(lines[2]), int.Parse(lines[3], CultureInfo.InvariantCulture));
    }

    /// <summary>Lets the conversation go on, or has it end there.</summary>
    public void Order(bool goOn)
    {
        if (!IsSet)
        {
            return;
        }

        File.WriteAllText(_order + ".new", goOn ? "on" : "end");
        File.Move(_order + ".new", _order);
    }

    /// <summary>Counts a request of the client's, over all its connections.</summary>
    /// <returns>Which one of its kind it is, from 1.</returns>
    public int Count(string request)
    {
        for (var number = 1; ; number++)
        {
            if (Make(Path.Combine(directory, $"request.{request}.{number}")))
            {
                return number;
            }
        }
    }

    /// <summary>Stands still at the point, which only the first who gets there does.</summary>
    /// <returns>Whether to go on.</returns>
    public bool Hold()
    {
        if (!Make(_reached))
        {
            return true;
        }

        while (!File.Exists(_order))
        {
            Thread.Sleep(Look);
        }

        return File.ReadAllText(_order) == "on";
    }

    private static bool Make(string path)
    {
        try
        {
            using var made = new FileStream(path, FileMode.CreateNew);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }
}
