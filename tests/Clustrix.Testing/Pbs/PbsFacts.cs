namespace Clustrix.Testing.Pbs;

/// <summary>What is known of PBS without one: texts in its form, each with where that was learnt at its head.</summary>
public static class PbsFacts
{
    /// <summary>What <c>qstat -B -f</c>, <c>qstat -Q -f</c> and <c>pbsnodes -a</c> print, one behind the other.</summary>
    public static string Site => Read("site");

    /// <summary>What <c>qstat -x -f -t</c> prints.</summary>
    public static string Jobs => Read("jobs");

    /// <summary>What a command says on standard error in a situation, its lines separated by <c>; </c>.</summary>
    public static string Words(string situation) => Row(situation)[2];

    /// <summary>The code that it exits with.</summary>
    public static int ExitCode(string situation) => int.Parse(Row(situation)[1], System.Globalization.CultureInfo.InvariantCulture);

    private static string[] Row(string situation) => Read("words").Split('\n').Select(line => line.Split(" | ")).Single(words => words[0] == situation);

    private static string Read(string what) =>
        string.Concat(File.ReadLines(Repository.At($"tests/Clustrix.Tests/Schedulers/Pbs/{what}.txt")).Where(line => !line.StartsWith('#')).Select(line => line + "\n"));
}
