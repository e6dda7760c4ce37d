using System.Globalization;

namespace ActorRlhf.Host.Scoring;

/// <summary>Orders texts that begin with whole numbers by these, so that 5-9 stands before 10-14; others as they are spelt.</summary>
static class NumbersFirst
{
    /// <summary>The order.</summary>
    public static Comparer<string> Order { get; } = Comparer<string>.Create((a, b) => (NumberOf(a), NumberOf(b)) switch
    {
        ({ } x, { } y) when x != y => x.CompareTo(y),
        ({ }, null) => -1,
        (null, { }) => 1,
        _ => string.CompareOrdinal(a, b),
    });

    static long? NumberOf(string text)
    {
        var end = 0;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        return long.TryParse(text.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
