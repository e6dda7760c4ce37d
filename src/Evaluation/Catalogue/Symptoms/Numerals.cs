namespace ActorRlhf.Evaluation.Catalogue.Symptoms;

/// <summary>Whole numbers as prompts write them: up to four digits, or English words up to twenty and the tens.</summary>
static class Numerals
{
    const int MostDigits = 4;

    static readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> s_words = new Dictionary<string, int>
    {
        ["one"] = 1, ["two"] = 2, ["three"] = 3, ["four"] = 4, ["five"] = 5, ["six"] = 6, ["seven"] = 7, ["eight"] = 8, ["nine"] = 9,
        ["ten"] = 10, ["eleven"] = 11, ["twelve"] = 12, ["dozen"] = 12, ["thirteen"] = 13, ["fourteen"] = 14, ["fifteen"] = 15,
        ["sixteen"] = 16, ["seventeen"] = 17, ["eighteen"] = 18, ["nineteen"] = 19, ["twenty"] = 20, ["thirty"] = 30, ["forty"] = 40,
        ["fifty"] = 50, ["sixty"] = 60, ["seventy"] = 70, ["eighty"] = 80, ["ninety"] = 90, ["hundred"] = 100,
    }.GetAlternateLookup<ReadOnlySpan<char>>();

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
