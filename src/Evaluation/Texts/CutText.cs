namespace ActorRlhf.Evaluation.Texts;

/// <summary>A text cut into words, lines and sentences: the one way in which evaluators of texts count.</summary>
/// <remarks>
/// Takes any UTF-16, lone surrogates and NUL included. Each cut is made once, when it is asked for, in linear time. Not thread-safe.
/// </remarks>
sealed class CutText(string source)
{
    string? _folded;
    List<Stretch>? _words;
    List<Line>? _lines;
    List<Sentence>? _sentences;
    bool _unclosedFence;

    /// <summary>The text as it was given.</summary>
    public string Source => source;

    /// <summary>The same, unit by unit, in lower case and with straight apostrophes, so that words are compared ordinally.</summary>
    public string Folded => _folded ??= Fold(source);

    /// <summary>All words, those in code too.</summary>
    public List<Stretch> Words => _words ??= WordCutter.Cut(Folded);

    public List<Line> Lines => _lines ??= LineCutter.Cut(source, out _unclosedFence);

    /// <summary>The sentences outside blocks of code and tables.</summary>
    public List<Sentence> Sentences => _sentences ??= SentenceCutter.Cut(source, Lines, Words);

    /// <summary>True where a block of code is opened and never closed.</summary>
    public bool HasUnclosedFence => Lines.Count > 0 && _unclosedFence;

    /// <summary>A word in lower case.</summary>
    public ReadOnlySpan<char> Word(int index) => Words[index].Of(Folded);

    /// <summary>Words as they stand in the text, with what is between them, shortened where they are many.</summary>
    public string Quote(int firstWord, int endWord) => Quotation.Of(source.AsSpan(Words[firstWord].Start..Words[endWord - 1].End));

    /// <summary>A match as it stands in the text.</summary>
    public string Quote(PhraseMatch match) => Quote(match.FirstWord, match.EndWord);

    /// <summary>The words that begin within a stretch.</summary>
    public (int First, int End) WordsIn(Stretch stretch) => (FirstWordFrom(stretch.Start), FirstWordFrom(stretch.End));

    int FirstWordFrom(int position)
    {
        var (low, high) = (0, Words.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Words[middle].Start < position ? (middle + 1, high) : (low, middle);
        }
        return low;
    }

    static string Fold(string text) => string.Create(text.Length, text, static (folded, text) =>
    {
        text.AsSpan().ToLowerInvariant(folded);
        folded.Replace('’', '\'');
        folded.Replace('‘', '\'');
        folded.Replace('ʼ', '\''); // the letter apostrophe
        folded.Replace('＇', '\'');
    });
}
