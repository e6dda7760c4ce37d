namespace ActorRlhf.Evaluation.Catalogue.Mathematics;

/// <summary>Reads whole numbers that are written as English words: "forty-two", "a dozen", "two thousand and five".</summary>
static class NumberWords
{
    // More words than any number below a quadrillion has; bounds the time that reading at one place can take.
    const int MostWords = 24;

    static readonly string[] s_small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
        "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    static readonly string[] s_tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    static readonly Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> s_valueOf = Lookup(
        [.. s_small.Select((word, index) => (word, (long)index)), .. s_tens.Select((word, index) => (word, 10L * (index + 2)))]);

    static readonly Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> s_factorOf = Lookup(
        [("dozen", 12), ("hundred", 100), ("thousand", 1_000), ("million", 1_000_000), ("billion", 1_000_000_000)]);

    /// <summary>Reads the number whose first word begins at an index; false where there is none, also for the "one" of "one of".</summary>
    public static bool TryRead(ReadOnlySpan<char> text, int start, out int end, out long value)
    {
        (end, value) = (start, 0);
        var (at, sum, part, words) = (start, 0L, -1L, 0);
        var limit = long.MaxValue;
        while (words++ < MostWords)
        {
            var word = Word(text, at);
            if (s_valueOf.TryGetValue(word, out var number))
            {
                // "twenty two" and "hundred five" go on, "two three" are two numbers.
                if (part > 0 && part % 100 != 0 && !(part % 100 >= 20 && part % 10 == 0 && number is > 0 and < 10)) break;
                part = Math.Max(part, 0) + number;
            }
            else if (s_factorOf.TryGetValue(word, out var factor) && factor < limit && part != 0)
            {
                if (factor == 100 && part >= 100) break;
                part = Math.Max(part, 1) * factor;
                if (factor != 100) (sum, part, limit) = (sum + part, 0, factor);
            }
            else if (!((words == 1 && word is "a" or "A") || (end > start && word is "and"))) break;
            else
            {
                at = Next(text, at + word.Length);
                continue;
            }

            end = at + word.Length;
            at = Next(text, end);
        }
        value = sum + Math.Max(part, 0);
        if (end == start || (value == 1 && Word(text, Next(text, end)) is "of")) return false;
        // The twenty of "twenty-page" is part of a word.
        return end + 1 >= text.Length || text[end] != '-' || !char.IsAsciiLetter(text[end + 1]);
    }

    static ReadOnlySpan<char> Word(ReadOnlySpan<char> text, int at)
    {
        var end = at;
        while (end < text.Length && char.IsAsciiLetter(text[end])) end++;
        return text[at..end];
    }

    static int Next(ReadOnlySpan<char> text, int at) => at < text.Length && text[at] is ' ' or '-' ? at + 1 : at;

    static Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> Lookup((string Word, long Value)[] words) =>
        words.ToDictionary(word => word.Word, word => word.Value, StringComparer.OrdinalIgnoreCase)
            .GetAlternateLookup<ReadOnlySpan<char>>();
}
