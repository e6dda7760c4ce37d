namespace ActorRlhf.Evaluation.Catalogue.Mathematics;

/// <summary>Finds the one number that a completion gives as the answer to a word problem, as a careful reader would.</summary>
/// <remarks>
/// What marks an answer goes before what looks like one: the first ####, the last \boxed{}, the last "answer is", then the last sentence
/// with numbers. What follows a stop string is not read; what follows a correction goes before what stands before it. Takes time linear in
/// the text: every rule looks at a bounded piece behind each of its marks, or at each sentence once.
/// </remarks>
static class AnswerExtractor
{
    static readonly string[] s_stops = [.. Gsm8kPrompts.StopStrings, "\nQ:", "\nHuman:", "\nUser:", "<|endoftext|>", "<|eot_id|>"];

    static readonly string[] s_corrections =
    [
        "wait,", "wait.", "wait!", "wait -", "correction:", "made a mistake", "made an error", "scratch that", "that is wrong",
        "that's wrong", "that was wrong", "is incorrect", "let me redo", "let me recalculate", "let me correct",
    ];

    static readonly string[] s_smallTalk =
        ["let me know", "feel free", "happy to", "hope th", "any question", "more question", "other question"];

    static readonly string[] s_checks = ["check", "verif", "let's check", "let's verify", "to check", "to verify", "double-check", "note"];

    /// <summary>Reads a completion.</summary>
    /// <param name="completion">Its text.</param>
    /// <param name="isCutOff">True where it was cut off at a limit, so that its last number need not be a conclusion.</param>
    public static Answer Extract(string completion, bool isCutOff = false)
    {
        var text = new AnswerText(BeforeStop(completion));
        var correction = s_corrections.Max(words => text.Lower.LastIndexOf(words, StringComparison.Ordinal));
        if (correction >= 0 && (Marked(text, correction) ?? Unmarked(text, correction)) is { Text: not null } corrected)
            return corrected with { Reason = corrected.Reason + ", after a correction" };

        return Marked(text, 0) ?? Unmarked(text, 0)
            ?? new Answer(null, null, isCutOff ? "cut off before an answer was marked" : "no number");

        Answer? Unmarked(AnswerText text, int from) => isCutOff ? null : Concluded(text, from) ?? LastWords(text);
    }

    /// <summary>The text before the first stop string that has a number before it: one at the very beginning is an echo.</summary>
    static string BeforeStop(string completion)
    {
        var number = completion.AsSpan().IndexOfAnyInRange('0', '9');
        if (number < 0) return completion;
        var end = completion.Length;
        foreach (var stop in s_stops)
            if (completion.AsSpan(number, end - number).IndexOf(stop) is >= 0 and var at) end = number + at;
        return completion[..end];
    }

    static Answer? Marked(AnswerText text, int from) => BehindHashes(text, from) ?? InBox(text, from) ?? BehindAnswer(text, from);

    /// <summary>The first #### that an answer follows; others are headings.</summary>
    static Answer? BehindHashes(AnswerText text, int from)
    {
        const string mark = "####";
        var heading = 1;
        for (var (at, next) = (text.Lower.IndexOf(mark, from, StringComparison.Ordinal), 0); at >= 0; at = next)
        {
            var end = at + mark.Length;
            while (end < text.Lower.Length && text.Lower[end] == '#') end++;
            next = text.Lower.IndexOf(mark, end, StringComparison.Ordinal);
            var start = text.SkipDecoration(end);
            if (text.ReadWords(start, "number behind ####") is { } words) return words;

            var index = text.NumberFrom(start);
            if (index == text.Numbers.Count || !IsLead(text.Lower, start, text.Numbers[index].Start)) continue;
            var number = text.Numbers[index];
            if (!number.IsNumbering || text.Plain[number.Start..number.End] != $"{heading}" || (heading == 1 && next < 0))
                return text.ReadChain(ref index, "number behind ####");
            heading++;
        }
        return null;
    }

    /// <summary>True where words between a mark and a number leave no doubt that the number is meant.</summary>
    static bool IsLead(string text, int start, int end)
    {
        const int longest = 60;
        if (end - start > longest) return false;
        var words = text.AsSpan(start, end - start);
        if (words.IndexOfAny('\n', '#') >= 0 || words.IndexOfAnyInRange('0', '9') >= 0) return false;
        var bare = words.Trim(" $€£-*(\u0001\u0003\u2009");
        if (bare.IsEmpty || bare[^1] is ':' or '=') return true;
        foreach (var word in bare.Split(' '))
            if (bare[word] is not ("the" or "final" or "answer" or "is" or "total" or "about" or "so" or "rs." or "rs" or "us" or "exactly"
                or "approximately" or "only" or "therefore" or "therefore,")) return false;
        return true;
    }

    static Answer? InBox(AnswerText text, int from)
    {
        const int longest = 200;
        for (var open = LastBox(text, text.Plain.Length); open >= from; open = LastBox(text, open))
        {
            var inside = text.Plain.AsSpan(open, Math.Min(longest, text.Plain.Length - open));
            var close = inside.IndexOfAny(PlainText.BoxClose, '\n');
            var end = open + (close < 0 ? inside.Length : close);
            if (text.ReadWords(text.SkipDecoration(open), "number in \\boxed{}") is { } words) return words;
            var index = text.NumberFrom(open);
            if (index < text.Numbers.Count && text.Numbers[index].Start < end) return text.ReadChain(ref index, "number in \\boxed{}");
        }
        return null;
    }

    static int LastBox(AnswerText text, int end) => text.Plain.AsSpan(0, end).LastIndexOf(PlainText.BoxOpen);

    /// <summary>The last "answer is 42", "Answer: 42", "answer 42" or "42 is the answer".</summary>
    static Answer? BehindAnswer(AnswerText text, int from)
    {
        const string cue = "answer";
        for (var at = text.Lower.LastIndexOf(cue, StringComparison.Ordinal); at >= from; at = text.Lower.AsSpan(0, at).LastIndexOf(cue))
        {
            var end = at + cue.Length;
            // "answers" are several, and "answered" is another matter.
            if (end < text.Lower.Length && char.IsLetter(text.Lower[end])) continue;
            if ((AnswerCue.Behind(text, end) ?? AnswerCue.Before(text, at)) is { } answer) return answer;
        }
        return null;
    }

    /// <summary>The conclusion of the last sentence that has one; questions and ordinals come last.</summary>
    static Answer? Concluded(AnswerText text, int from) =>
        Concluded(text, from, isLastResort: false) ?? Concluded(text, from, isLastResort: true);

    static Answer? Concluded(AnswerText text, int from, bool isLastResort)
    {
        for (var last = text.Numbers.Count - 1; last >= 0 && text.Numbers[last].Start >= from;)
        {
            var start = Math.Max(from, text.SentenceStart(text.Numbers[last].Start));
            var first = text.NumberFrom(start);
            var sentence = text.Lower.AsSpan(start, text.SentenceEnd(text.Numbers[last].End, text.Lower.Length) - start).Trim();
            if ((isLastResort || !sentence.EndsWith('?')) && !IsBeside(sentence)
                && Conclusion.Of(text, first, last, isLastResort) is { } answer) return answer;
            last = first - 1;
        }
        return null;
    }

    /// <summary>True for small talk, notes, and a check of what was found.</summary>
    static bool IsBeside(ReadOnlySpan<char> sentence)
    {
        foreach (var words in s_smallTalk)
            if (sentence.IndexOf(words) >= 0) return true;
        foreach (var words in s_checks)
            if (sentence.StartsWith(words)) return true;
        return false;
    }

    /// <summary>The last number in words, where there are no digits; a lone "one" is a pronoun more often.</summary>
    static Answer? LastWords(AnswerText text)
    {
        if (text.Numbers.Count > 0) return null;
        Answer? last = null;
        for (var at = 0; at < text.Lower.Length; at++)
        {
            if (!char.IsAsciiLetter(text.Lower[at]) || (at > 0 && char.IsLetterOrDigit(text.Lower[at - 1]))) continue;
            if (!NumberWords.TryRead(text.Lower, at, out var end, out var value) || text.Lower.AsSpan(at, end - at) is "one") continue;
            last = new Answer(text.Plain[at..end], ExactNumber.Of(value), "last number in words, as there are no digits");
            at = end - 1;
        }
        return last;
    }
}
