namespace Clustrix.Workloads;

/// <summary>One segment of a <see cref="PathPattern"/>: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[!a-z]</c>, and other characters for themselves.</summary>
internal static class NamePattern
{
    private static readonly string[] CharacterClasses = ["[:", "[.", "[="];

    /// <summary>What is wrong with a segment's brackets, with the remedy; null when nothing is.</summary>
    public static string? FaultOf(string segment)
    {
        for (var i = 0; i < segment.Length; i++)
        {
            if (segment[i] != '[')
            {
                continue;
            }

            var end = EndOfSet(segment, i);
            if (end < 0)
            {
                return "holds a '[' that no ']' closes. Close it, or match a '[' in a name with '[[]'";
            }

            if (segment[i + 1] == '^')
            {
                return "holds '[^', which shells read differently. Write '[!'";
            }

            if (CharacterClasses.Any(opening => segment.AsSpan(i + 1, end - i - 1).Contains(opening, StringComparison.Ordinal)))
            {
                return "holds a character class such as '[:digit:]'. Write a range such as '[0-9]'";
            }

            i = end;
        }

        return null;
    }

    /// <summary>Whether a name matches a segment without fault. A character outside the basic plane is one character.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name) =>
        (pattern[0] == '.' || name[0] != '.') && MatchesAnyName(pattern, name);

    private static bool MatchesAnyName(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        int p = 0, n = 0, retryPattern = -1, retryName = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                retryPattern = ++p;
                retryName = n;
            }
            else if (p < pattern.Length && MatchesOne(pattern[p..], name[n..], out var consumed))
            {
                p += consumed;
                n += Width(name[n..]);
            }
            else if (retryPattern >= 0)
            {
                // Only the last star has to be tried again: an earlier one that swallows more can't help what follows a later one.
                p = retryPattern;
                retryName += Width(name[retryName..]);
                n = retryName;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].Trim('*').IsEmpty;
    }

    private static bool MatchesOne(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name, out int consumed)
    {
        if (pattern[0] == '[')
        {
            var end = EndOfSet(pattern, 0);
            consumed = end + 1;
            return IsInSet(pattern[1..end], Code(name));
        }

        consumed = Width(pattern);
        return pattern[0] == '?' || Code(pattern) == Code(name);
    }

    private static bool IsInSet(ReadOnlySpan<char> set, int code)
    {
        var negated = set[0] == '!';
        set = negated ? set[1..] : set;
        while (!set.IsEmpty)
        {
            var low = Code(set);
            var high = low;
            set = set[Width(set)..];
            if (set.Length > 1 && set[0] == '-')
            {
                high = Code(set[1..]);
                set = set[(1 + Width(set[1..]))..];
            }

            if (low <= code && code <= high)
            {
                return !negated;
            }
        }

        return negated;
    }

    // A ']' straight behind the '[' or '[!' stands for itself.
    private static int EndOfSet(ReadOnlySpan<char> pattern, int start)
    {
        var first = start + (start + 1 < pattern.Length && pattern[start + 1] is '!' or '^' ? 2 : 1);
        var end = first + 1 <= pattern.Length ? pattern[(first + 1)..].IndexOf(']') : -1;
        return end < 0 ? -1 : first + 1 + end;
    }

    private static int Width(ReadOnlySpan<char> text) => text.Length > 1 && char.IsSurrogatePair(text[0], text[1]) ? 2 : 1;

    private static int Code(ReadOnlySpan<char> text) => Width(text) == 2 ? char.ConvertToUtf32(text[0], text[1]) : text[0];
}
