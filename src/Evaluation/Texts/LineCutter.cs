namespace ActorRlhf.Evaluation.Texts;

/// <summary>Cuts a text into lines and says what each is in Markdown.</summary>
static class LineCutter
{
    const string Bullets = "-*+•◦▪●‣·–";
    const int LongestNumber = 3; // digits of a list's number: 1984. at a line's start is a year
    const int ShortestFence = 3;

    /// <summary>The opening fence of a block of code: its sign and how often it stands there; none where the length is 0.</summary>
    readonly record struct Fence(char Sign, int Length);

    public static List<Line> Cut(string text, out bool unclosedFence)
    {
        var lines = new List<Line>();
        var open = default(Fence);
        for (var start = 0; start < text.Length;)
        {
            var length = text.AsSpan(start).IndexOfAny('\n', '\r');
            var end = length < 0 ? text.Length : start + length;
            lines.Add(Classify(text, new Stretch(start, end), ref open));
            start = end + (text.AsSpan(end).StartsWith("\r\n") ? 2 : 1);
        }
        unclosedFence = open.Length > 0;
        return lines;
    }

    static Line Classify(string text, Stretch whole, ref Fence open)
    {
        var line = whole.Of(text);
        var indent = line.Length - line.TrimStart().Length;
        var rest = line[indent..];
        var content = whole.Start + indent;

        if (FenceOf(rest) is { Length: > 0 } fence && (open.Length == 0 || Closes(fence, open, rest)))
        {
            open = open.Length == 0 ? fence : default;
            return new Line(whole, content, LineKind.Fence);
        }
        if (open.Length > 0) return new Line(whole, content, LineKind.Code);
        if (rest.IsEmpty) return new Line(whole, content, LineKind.Blank);

        var (kind, marker) = Marker(rest);
        return new Line(whole, content + marker, kind);
    }

    static Fence FenceOf(ReadOnlySpan<char> rest)
    {
        if (rest.IsEmpty || rest[0] is not ('`' or '~')) return default;
        var length = rest.IndexOfAnyExcept(rest[0]);
        if (length < 0) length = rest.Length;
        // ```code``` on one line is code within a line.
        return length < ShortestFence || rest[length..].Contains('`') ? default : new Fence(rest[0], length);
    }

    static bool Closes(Fence fence, Fence open, ReadOnlySpan<char> rest) =>
        fence.Sign == open.Sign && fence.Length >= open.Length && rest[fence.Length..].IsWhiteSpace();

    /// <summary>What a line's beginning makes of it, and how many units that is.</summary>
    static (LineKind Kind, int Length) Marker(ReadOnlySpan<char> rest)
    {
        var hashes = rest.IndexOfAnyExcept('#');
        if (hashes is > 0 and <= 6 && rest[hashes] == ' ') return (LineKind.Heading, hashes + 1);
        if (rest[0] == '>') return (LineKind.Quote, 1);
        if (rest[0] == '|' && rest[1..].Contains('|')) return (LineKind.Table, 1);
        if (rest.Length > 1 && rest[1] == ' ' && Bullets.Contains(rest[0])) return (LineKind.Bullet, 2);
        var numbered = NumberLength(rest);
        return numbered > 0 ? (LineKind.Numbered, numbered) : (LineKind.Prose, 0);
    }

    /// <summary>Length of <c>1.</c>, <c>2)</c>, <c>(3)</c>, <c>a)</c> or <c>**4.</c> where a line begins; 0 where there is none.</summary>
    static int NumberLength(ReadOnlySpan<char> rest)
    {
        var start = rest.StartsWith("**") ? 2 : 0;
        if (start < rest.Length && rest[start] == '(') start++;
        var end = start;
        while (end < rest.Length && end - start < LongestNumber && char.IsAsciiDigit(rest[end])) end++;
        var isLetter = end == start && end < rest.Length && char.IsAsciiLetterLower(rest[end]);
        if (isLetter) end++;
        if (end == start || end == rest.Length) return 0;
        var closed = isLetter ? rest[end] == ')' : rest[end] is '.' or ')' or '．' or '、';
        return closed && (end + 1 == rest.Length || rest[end + 1] is ' ' or '\t' or '*' || rest[end] is '．' or '、') ? end + 1 : 0;
    }
}
