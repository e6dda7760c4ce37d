namespace ActorRlhf.Evaluation.Catalogue.Symptoms;

/// <summary>Whole numbers as prompts write them: up to four digits, or English words up to twenty and the tens.</summary>
static class Numerals
{
    const int MostDigits = 4;

    static readonly string[] s_fromOne = ("one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        + "sixteen seventeen eighteen nineteen twenty").Split(' ');

    static readonly string[] s_tensFromThirty = "thirty forty fifty sixty seventy eighty ninety hundred".Split(' ');

    static readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> s_words = s_fromOne.Select((word, i) => (word, i + 1))
        .Concat(s_tensFromThirty.Select((word, i) => (word, 30 + 10 * i))).Append(("dozen", 12))
        .ToDictionary().GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The number that a word in lower case is; null where it is none.</summary>
    public static int? Read(ReadOnlySpan<char> word)
    {
        if (s_words.TryGetValue(word, out var named)) return named;
        if (word.Length is 0 or > MostDigits) return null;
        var number = 0;
        foreach (var c in word)
        {
            if (!char.IsAsciiDigit(c)) return null;
            number = number * 10 + (c - '0');
        }
        return number;
    }
}
