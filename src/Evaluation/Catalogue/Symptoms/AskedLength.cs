using ActorRlhf.Evaluation.Texts;

namespace ActorRlhf.Evaluation.Catalogue.Symptoms;

/// <summary>How long an answer a prompt asks for; null for each measure that it does not name.</summary>
/// <param name="Words">Most words: "in 50 words", "a 100-word summary", "under 30 words", and <see cref="Brief"/> for "briefly".</param>
/// <param name="Sentences">Most sentences: "in one sentence".</param>
/// <param name="Paragraphs">Most paragraphs: "a single paragraph".</param>
/// <param name="FewestWords">Fewest words: "at least 300 words", "a 500-word essay".</param>
sealed record AskedLength(int? Words, int? Sentences, int? Paragraphs, int? FewestWords)
{
    /// <summary>Words that "briefly" allows: two or three sentences.</summary>
    public const int Brief = 50;

    const int FewestThatCount = 10; // words that can be too few: "a two-word phrase" is a kind of phrase

    static readonly PhraseTable s_briefly = new(
    [
        "briefly", "concisely", "succinctly", "be/keep/make [it/this/the/your] [answer/response] [very] brief/short/concise",
        "[a] brief/short/concise/succinct/quick answer/summary/explanation/overview/description/response/reply/definition",
        "in brief/short", "in a nutshell", "in a few words", "tl dr", "tldr",
    ],
    [
        "be brief/short/concise with", // how to treat somebody
    ]);

    /// <summary>True where it asks for no more than some length.</summary>
    public bool IsUnlimited => Words is null && Sentences is null && Paragraphs is null;

    public static AskedLength In(CutText prompt)
    {
        var asked = new AskedLength(s_briefly.First(prompt) is null ? null : Brief, null, null, null);
        foreach (var sentence in prompt.Sentences)
            for (var word = sentence.FirstWord; word + 1 < sentence.EndWord; word++)
                asked = asked.And(prompt, sentence, word);
        return asked;
    }

    /// <summary>The words of a completion beyond what was asked; null where nothing was.</summary>
    public int? Excess(CutText completion)
    {
        var allowed = Math.Min(Words ?? int.MaxValue, Math.Min(UpToSentence(completion), UpToParagraph(completion)));
        return IsUnlimited ? null : Math.Max(0, completion.Words.Count - allowed);
    }

    AskedLength And(CutText prompt, Sentence sentence, int word)
    {
        var unit = prompt.Word(word + 1);
        if (unit is not ("word" or "words" or "sentence" or "sentences" or "paragraph" or "paragraphs")) return this;
        if (NumberAt(prompt, sentence, word) is not { } number) return this;
        if (unit is "word" or "words") return AndWords(prompt, sentence, word, number);
        if (IsNoLimit(prompt, sentence, word)) return this;
        return unit is "sentence" or "sentences"
            ? this with { Sentences = Least(Sentences, number) }
            : this with { Paragraphs = Least(Paragraphs, number) };
    }

    /// <summary>A number from 1; "a" is one behind "in a" or "write me a", but not in "what is a".</summary>
    static int? NumberAt(CutText prompt, Sentence sentence, int word)
    {
        if (prompt.Word(word) is "single") return 1;
        if (prompt.Word(word) is "a") return Before(prompt, sentence, word, 1) is "in" or "write" or "just" or "me" or "give" ? 1 : null;
        return Numerals.Read(prompt.Word(word)) is > 0 and var number ? number : null;
    }

    AskedLength AndWords(CutText prompt, Sentence sentence, int word, int number)
    {
        var isSize = prompt.Word(word + 1) is "word" && prompt.Word(word) is not "a"; // "a 500-word essay", "in one word"
        var isFewest = number >= FewestThatCount && (isSize || IsAtLeast(prompt, sentence, word));
        var isMost = !IsNoLimit(prompt, sentence, word) && (isSize || IsLimitOfWords(prompt, sentence, word));
        return this with
        {
            FewestWords = isFewest ? Math.Max(FewestWords ?? 0, number) : FewestWords,
            Words = isMost ? Least(Words, number) : Words,
        };
    }

    static int Least(int? one, int other) => Math.Min(one ?? other, other);

    /// <summary>"At least 50 words", "more than 50 words", "a minimum of 50 words".</summary>
    static bool IsAtLeast(CutText prompt, Sentence sentence, int word)
    {
        var (before, earlier) = (Before(prompt, sentence, word, 1), Before(prompt, sentence, word, 2));
        return before switch
        {
            "least" or "minimum" => true,
            "than" => Before(prompt, sentence, word, 3) is "no" or "not" ? earlier is "less" or "fewer" : earlier is "more",
            "of" => earlier is "minimum" or "least",
            _ => false,
        };
    }

    /// <summary>A number that asks for more, and "these five words", which ask for none.</summary>
    static bool IsNoLimit(CutText prompt, Sentence sentence, int word) =>
        IsAtLeast(prompt, sentence, word)
        || Before(prompt, sentence, word, 1) is "over" or "these" or "those" or "the" or "my" or "following" or "first" or "last";

    static string Before(CutText prompt, Sentence sentence, int word, int steps) =>
        word - steps >= sentence.FirstWord ? prompt.Word(word - steps).ToString() : "";

    /// <summary>A number of words is a length behind "in" and before "or less"; "ten words that rhyme" are items.</summary>
    static bool IsLimitOfWords(CutText prompt, Sentence sentence, int word)
    {
        if (word + 2 < sentence.EndWord && prompt.Word(word + 2) is "or" or "max" or "maximum" or "long" or "each") return true;
        return word > sentence.FirstWord && prompt.Word(word - 1) is "in" or "under" or "within" or "than" or "most" or "to" or "around"
            or "about" or "approximately" or "roughly" or "maximum" or "exactly" or "only" or "using" or "below";
    }

    int UpToSentence(CutText completion)
    {
        if (Sentences is not { } sentences || completion.Sentences.Count <= sentences) return int.MaxValue;
        return completion.Sentences[sentences - 1].EndWord;
    }

    int UpToParagraph(CutText completion)
    {
        if (Paragraphs is not { } paragraphs) return int.MaxValue;
        var isInside = false;
        foreach (var line in completion.Lines)
        {
            if (line.Kind != LineKind.Blank && !isInside && paragraphs-- == 0) return completion.WordsIn(line.Whole).First;
            isInside = line.Kind != LineKind.Blank;
        }
        return int.MaxValue;
    }
}
