namespace ActorRlhf.Evaluation.Catalogue.Refusals;

/// <summary>How the refusal model spells: lower case, one kind of apostrophe, contractions in full.</summary>
static class RefusalSpelling
{
    /// <summary>Chinese, Japanese and Korean, where each letter is a word, stand from here on.</summary>
    public const char FirstWithoutSpaces = '\u2E80';

    static readonly (string Written, string First, string Second)[] s_contractions =
    [
        ("cannot", "can", "not"), ("can't", "can", "not"), ("cant", "can", "not"), ("won't", "will", "not"), ("wont", "will", "not"),
        ("shan't", "shall", "not"), ("dont", "do", "not"), ("im", "i", "am"), ("ive", "i", "have"), ("gonna", "going", "to"),
        ("let's", "let", "us"), ("it's", "it", "is"), ("that's", "that", "is"), ("what's", "what", "is"), ("here's", "here", "is"),
        ("there's", "there", "is"),
    ];

    static readonly Dictionary<string, (string First, string Second)>.AlternateLookup<ReadOnlySpan<char>> s_inFull =
        s_contractions.ToDictionary(one => one.Written, one => (one.First, one.Second), StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    static readonly (string Ending, string Word)[] s_endings =
        [("n't", "not"), ("'m", "am"), ("'re", "are"), ("'ve", "have"), ("'ll", "will"), ("'d", "would")];

    /// <summary>Where the word that starts somewhere ends, exclusively: letters, digits and apostrophes between them.</summary>
    public static int WordEnd(string text, int start, int end)
    {
        var at = start + 1;
        if (text[start] >= FirstWithoutSpaces) return at;
        while (at < end && (IsInWord(text[at]) || IsApostrophe(text[at]) && at + 1 < end && IsInWord(text[at + 1]))) at++;
        return at;
    }

    /// <summary>Writes a word in lower case with plain apostrophes.</summary>
    /// <param name="word">As it stands in the text.</param>
    /// <param name="normal">Takes the word; what does not fit is cut off.</param>
    /// <returns>How many characters were written.</returns>
    public static int Normalise(ReadOnlySpan<char> word, Span<char> normal)
    {
        var length = Math.Min(word.Length, normal.Length);
        for (var i = 0; i < length; i++) normal[i] = IsApostrophe(word[i]) ? '\'' : char.ToLowerInvariant(word[i]);
        return length;
    }

    /// <summary>The first word of a contraction; the word itself where it is none.</summary>
    /// <param name="word">In lower case.</param>
    /// <param name="second">The second word of a contraction; empty where it is none.</param>
    public static ReadOnlySpan<char> InFull(ReadOnlySpan<char> word, out ReadOnlySpan<char> second)
    {
        second = default;
        if (s_inFull.TryGetValue(word, out var known))
        {
            second = known.Second;
            return known.First;
        }
        foreach (var (ending, full) in s_endings)
        {
            if (word.Length <= ending.Length || !word.EndsWith(ending, StringComparison.Ordinal)) continue;
            second = full;
            return word[..^ending.Length];
        }
        return word;
    }

    static bool IsInWord(char here) => char.IsLetterOrDigit(here) && here < FirstWithoutSpaces;

    static bool IsApostrophe(char here) => here is '\'' or '’' or '‘' or 'ʼ' or '´' or '`';
}
