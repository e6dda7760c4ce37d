using ActorRlhf.Evaluation.Texts;

namespace ActorRlhf.Evaluation.Catalogue.Symptoms;

/// <summary>The longest answer that a prompt asks for; null for each measure that it does not name.</summary>
/// <param name="Words">Words: "in 50 words", "a 100-word summary", "under 30 words", and <see cref="Brief"/> for "briefly".</param>
/// <param name="Sentences">Sentences: "in one sentence".</param>
/// <param name="Paragraphs">Paragraphs: "a single paragraph".</param>
sealed record AskedLength(int? Words, int? Sentences, int? Paragraphs)
{
    /// <summary>Words that "briefly" allows: two or three sentences.</summary>
    public const int Brief = 50;

    static readonly PhraseTable s_briefly = new(
    [
        "briefly", "concisely", "succinctly", "be/keep/make [it/this/the/your] [answer/response] [very] brief/short/concise",
        "[a] brief/short/concise/succinct/quick answer/summary/explanation/overview/description/response/reply/definition",
        "in brief/short", "in a nutshell", "in a few words", "tl dr", "tldr",
    ],
    [
        "be brief/short/concise with", // how to treat somebody
    ]);

    public bool IsNone => Words is null && Sentences is null && Paragraphs is null;

    public static AskedLength In(CutText prompt)
    {
        var asked = new AskedLength(s_briefly.First(prompt) is null ? null : Brief, null, null);
        foreach (var sentence in prompt.Sentences)
            for (var word = sentence.FirstWord; word + 1 < sentence.EndWord; word++)
                asked = asked.And(prompt, sentence, word);
        return asked;
    }

    /// <summary>The words of a completion beyond what was asked; null where nothing was.</summary>
    public int? Excess(CutText completion)
    {
        var allowed = Math.Min(Words ?? int.MaxValue, Math.Min(UpToSentence(completion), UpToParagraph(completion)));
        return IsNone ? null : Math.Max(0, completion.Words.Count - allowed);
    }

    AskedLength And(CutText prompt, Sentence sentence, int word)
    {
        var unit = prompt.Word(word + 1);
        if (unit is not ("word" or "words" or "sentence" or "sentences" or "paragraph" or "paragraphs")) return this;
        var number = prompt.Word(word) is "a" or "single" ? 1 : Numerals.Read(prompt.Word(word));
        if (number is null or 0 || IsNoLimit(prompt, sentence, word)) return this;
        return unit switch
        {
            "word" or "words" => IsLimitOfWords(prompt, sentence, word) ? this with { Words = Least(Words, number.Value) } : this,
            "sentence" or "sentences" => this with { Sentences = Least(Sentences, number.Value) },
            _ => this with { Paragraphs = Least(Paragraphs, number.Value) },
        };
    }

    static int Least(int? one, int other) => Math.Min(one ?? other, other);

    /// <summary>"At least 50 words" asks for more, and "these five words" for none.</summary>
    static bool IsNoLimit(CutText prompt, Sentence sentence, int word)
    {
        var (before, earlier, earliest) = (Before(1), Before(2), Before(3));
        return before switch
        {
            "least" or "over" or "these" or "those" or "the" or "my" or "following" or "first" or "last" => true,
            "than" => (earlier is "more" && earliest is not "no") || (earlier is "less" or "fewer" && earliest is "no" or "not"),
            "of" => earlier is "minimum" or "least",
            _ => false,
        };

        string Before(int steps) => word - steps >= sentence.FirstWord ? prompt.Word(word - steps).ToString() : "";
    }

    /// <summary>A number of words is a length behind "in" and in "a 50-word essay"; "ten words that rhyme" are items.</summary>
    static bool IsLimitOfWords(CutText prompt, Sentence sentence, int word)
    {
        if (prompt.Word(word + 1) is "word" && prompt.Word(word) is not "a") return true;
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
