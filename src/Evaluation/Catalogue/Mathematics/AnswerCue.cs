namespace ActorRlhf.Evaluation.Catalogue.Mathematics;

/// <summary>Reads the number that a sentence with the word "answer" names.</summary>
static class AnswerCue
{
    const int Window = 80;

    static readonly string[] s_verbs = ["is", "are", "was", "be", "equals", "becomes", "isn't"];

    /// <summary>The number behind "answer"; null where the sentence names none.</summary>
    public static Answer? Behind(AnswerText text, int end)
    {
        var limit = text.SentenceEnd(end, Math.Min(end + Window, text.Lower.Length));
        for (var at = end; at < limit; at++)
        {
            if (text.Lower[at] is ':' or '=') return Direct(text, at + 1, "number behind 'answer:'");
            if (text.Lower[at] is not ' ') continue;
            if (LengthOfVerb(text.Lower.AsSpan(at + 1)) is > 0 and var length) return Named(text, at + 1 + length);
        }
        return Direct(text, end, "number behind 'answer'");
    }

    /// <summary>The number of "42 is the answer"; null where the word stands in no such clause.</summary>
    public static Answer? Before(AnswerText text, int start)
    {
        var from = Math.Max(0, start - 30);
        var verb = text.Lower.AsSpan(from, start - from).LastIndexOf(" is ");
        var index = verb < 0 ? -1 : text.NumberFrom(from + verb) - 1;
        if (index < 0 || text.IsDenied(index)) return null;
        var behind = text.Numbers[index].End;
        return from + verb - behind <= 20 && text.IsOneSentence(behind, start)
            ? text.AnswerOf(text.Numbers[index], "number that 'is the answer'")
            : null;
    }

    static int LengthOfVerb(ReadOnlySpan<char> words)
    {
        foreach (var verb in s_verbs)
            if (words.StartsWith(verb) && (words.Length == verb.Length || !char.IsLetter(words[verb.Length]))) return verb.Length;
        return 0;
    }

    /// <summary>A number exactly there; null for a calculation, and where one goes on behind it, for then it is but a step.</summary>
    static Answer? Direct(AnswerText text, int start, string reason)
    {
        start = text.SkipDecoration(start);
        if (text.ReadWords(start, reason) is { } words) return words;
        var index = text.NumberFrom(start);
        if (index == text.Numbers.Count || text.Numbers[index].Start - start > Window) return null;
        var lead = text.Lower.AsSpan(start, text.Numbers[index].Start - start).Trim(" $€£-*(\u0001\u0003\u2009");
        if (lead is not ("" or "about" or "approximately" or "x =" or "rs." or "negative")) return null;

        var first = index;
        var answer = text.ReadChain(ref index, reason);
        if (answer.Text is null) return null;
        var rest = text.Lower.AsSpan(text.Numbers[index - 1].End);
        if (index == first + 1 && rest.IndexOf('\n') is >= 0 and var line) rest = rest[..line];
        return rest.Contains('=') ? null : answer;
    }

    /// <summary>The number that a verb connects with "answer".</summary>
    static Answer? Named(AnswerText text, int start)
    {
        const string reason = "number of the sentence with 'answer is'";
        var limit = text.SentenceEnd(start, Math.Min(start + Window, text.Lower.Length));
        var clause = text.Lower.AsSpan(start, limit - start);
        if (clause.IndexOf("which is") < 0 && clause.IndexOf("which equals") < 0) return text.ReadNear(start, reason);

        // "the sum of 5 and 7, which is 12"
        var last = text.NumberFrom(limit) - 1;
        return text.NumberFrom(start) <= last ? text.AnswerOf(text.Numbers[last], reason) : null;
    }
}
