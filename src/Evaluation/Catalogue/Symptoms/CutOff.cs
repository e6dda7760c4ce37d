using System.Collections.Frozen;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Texts;

namespace ActorRlhf.Evaluation.Catalogue.Symptoms;

/// <summary>Whether a completion ends before it is done.</summary>
/// <remarks>
/// 1 where the token limit ended it, a block of code stays open, or it ends in a word, comma, colon or bracket after which something must
/// come; ½ where a long sentence of prose has no end mark, as people do leave it out.
/// </remarks>
static class CutOff
{
    const double NoEndMark = .5;
    const int LongSentence = 8;   // words: shorter ones are names, titles, signatures and answers in a word
    const int FewestWords = 4;    // before the last word decides: "the" may be all that was asked for

    static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_openWords =
        "the a an of and or but because your my their its our than if which whose into very every le les un une et der das und el los y"
            .Split(' ').ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    public static Score In(EvaluationItem item, CutText completion)
    {
        if (item.StopReason == EvaluationItem.StoppedByLength) return new Score(1, Reason: "stopped by the token limit");
        if (completion.HasUnclosedFence) return new Score(1, Reason: "a block of code stays open");

        var last = completion.Lines.FindLastIndex(line => line.Kind != LineKind.Blank);
        if (last < 0 || completion.Lines[last].Kind is LineKind.Fence or LineKind.Table || completion.Sentences.Count == 0)
            return new Score(0);
        var end = completion.Source.AsSpan().TrimEnd();
        var sentence = completion.Sentences[^1];
        if (sentence.WordCount >= FewestWords && AsksForMore(completion, end, sentence))
            return new Score(1, Tail(completion, sentence), "something must follow");
        return completion.Lines[last].Kind == LineKind.Prose && sentence.WordCount >= LongSentence && LacksEndMark(end)
            ? new Score(NoEndMark, Tail(completion, sentence), "no end mark")
            : new Score(0);
    }

    static bool AsksForMore(CutText completion, ReadOnlySpan<char> end, Sentence sentence) =>
        end[^1] is ',' or '(' or '[' or ':' or '，' or '：' or '、'
        || (char.IsLetter(end[^1]) && s_openWords.Contains(completion.Word(sentence.EndWord - 1)));

    static bool LacksEndMark(ReadOnlySpan<char> end)
    {
        var token = end[(end.LastIndexOfAny(' ', '\n', '\t') + 1)..];
        if (token.Contains("://", StringComparison.Ordinal) || token.Contains('@') || token.StartsWith("www.")) return false;
        // Thai, Lao, Tibetan, Burmese and Khmer write no end mark.
        return char.IsLetterOrDigit(end[^1])
            && Scripts.Of(end[^1]) is not (Script.Thai or Script.Lao or Script.Tibetan or Script.Burmese or Script.Khmer);
    }

    static string Tail(CutText completion, Sentence sentence) =>
        completion.Quote(Math.Max(sentence.FirstWord, sentence.EndWord - FewestWords), sentence.EndWord);
}
