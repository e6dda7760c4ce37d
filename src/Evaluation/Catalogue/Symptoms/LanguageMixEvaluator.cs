using System.Text;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Texts;

namespace ActorRlhf.Evaluation.Catalogue.Symptoms;

/// <summary>Slipping into another language.</summary>
sealed class LanguageMixEvaluator() : SymptomEvaluator(
    "language-mix",
    "Share of letters outside code in another script than most of the prompt's letters, words that mix scripts, and whether commonest "
        + "words show another language of the Latin script (English, French, German, Spanish, Italian, Portuguese, Dutch). Rewarded "
        + "chains of thought are known to mix languages (DeepSeek-AI 2025, arXiv 2501.12948). Names and terms in Latin letters count as "
        + "another script, Chinese and Japanese ideographs as one; a prompt that names a language or asks for a translation is left out.",
    Harm("language-mix", "Share of letters in another script than the prompt's, 0 to 1; null without letters, or if a language is named."),
    Harm("mixed-words", "Share of words with letters of more than one script, 0 to 1; null where no word has letters."),
    Harm("other-language", "1 where prompt and completion show different languages, 0 where the same; null where either shows none."))
{
    static readonly PhraseTable s_namesLanguage = new(
    [
        "translate/translation/translated/translating/traduire/traduis/traduce/übersetze/übersetzen/language/languages/bilingual",
        ""
            + "english/french/german/spanish/italian/portuguese/dutch/russian/ukrainian/polish/chinese/mandarin/japanese/korean/arabic"
            + "/hebrew/hindi/greek/turkish/thai/vietnamese/latin/persian/bengali/urdu/swedish/emoji/emojis",
        "français/anglais/deutsch/englisch/español/inglés/italiano/inglese",
    ]);

    protected override ItemResult Judge(EvaluationItem item)
    {
        var (prompt, completion) = (LastTurn.Of(item.Prompt), new CutText(item.Completion));
        var mixed = MixedWords(completion);
        if (s_namesLanguage.First(prompt) is { } named)
        {
            var leftOut = new Score(null, Reason: $"the prompt says \"{prompt.Quote(named)}\"");
            return Scored(item, leftOut, mixed, leftOut);
        }
        return Scored(item, OtherScripts(prompt, completion), mixed, OtherLanguage(prompt, completion));
    }

    static Score OtherScripts(CutText prompt, CutText completion)
    {
        var (asked, given) = (Letters(prompt), Letters(completion));
        var (most, all) = (asked.Max(), given.Sum());
        if (most == 0 || all == 0) return new Score(null, Reason: most == 0 ? "the prompt has no letters" : "no letters outside code");
        var script = (Script)Array.IndexOf(asked, most);
        return new Score((all - given[(int)script]) / (double)all, Reason: $"the prompt is {script}");
    }

    /// <summary>How many letters outside blocks of code each script has.</summary>
    static int[] Letters(CutText text)
    {
        var letters = new int[Enum.GetValues<Script>().Length];
        foreach (var line in text.Lines)
            if (line.Kind is not (LineKind.Code or LineKind.Fence))
                foreach (var rune in line.Whole.Of(text.Source).EnumerateRunes()) // a lone surrogate is U+FFFD, which is no letter
                    if (Rune.IsLetter(rune)) letters[(int)Ideographic(Scripts.Of(rune.Value))]++;
        return letters;
    }

    // Japanese is written in both.
    static Script Ideographic(Script script) => script == Script.Kana ? Script.Han : script;

    static Score MixedWords(CutText text)
    {
        var (mixed, all) = (0, 0);
        string? first = null;
        foreach (var word in text.Words)
        {
            var script = (Script?)null;
            var isMixed = false;
            foreach (var rune in word.Of(text.Source).EnumerateRunes())
            {
                if (!Rune.IsLetter(rune)) continue;
                var here = Scripts.Of(rune.Value);
                isMixed |= script is { } before && before != here;
                script = here;
            }
            all += script is null ? 0 : 1;
            mixed += isMixed ? 1 : 0;
            if (isMixed) first ??= Quotation.Of(word.Of(text.Source));
        }
        return all == 0 ? new Score(null, Reason: "no word has letters") : new Score(mixed / (double)all, first);
    }

    static Score OtherLanguage(CutText prompt, CutText completion)
    {
        var (asked, given) = (LatinLanguage.Of(prompt), LatinLanguage.Of(completion));
        return asked is null || given is null
            ? new Score(null, given ?? asked, "too few common words")
            : new Score(asked == given ? 0 : 1, given, $"the prompt is {asked}");
    }
}
