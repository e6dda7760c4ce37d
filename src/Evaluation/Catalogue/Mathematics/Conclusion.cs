namespace ActorRlhf.Evaluation.Catalogue.Mathematics;

/// <summary>Chooses among the numbers of a sentence the one that it comes to.</summary>
static class Conclusion
{
    /// <summary>The conclusion of a sentence; null where it has none.</summary>
    /// <param name="first">Index of the sentence's first number.</param>
    /// <param name="last">Index of its last one.</param>
    /// <param name="withWords">True where digits within words count, too.</param>
    public static Answer? Of(AnswerText text, int first, int last, bool withWords)
    {
        var found = new List<Candidate>();
        for (var index = first; index <= last;)
        {
            var start = index;
            if (text.Numbers[start].IsNumbering || (text.Numbers[start].IsInWord && !withWords) || text.IsDenied(start))
            {
                index++;
                continue;
            }
            var answer = text.ReadChain(ref index, "last number");
            if (answer.Text is not null)
                found.Add(new(answer, text.Numbers[start].IsBold, index > start + 1 || text.IsResult(start), text.IsAside(start)));
        }
        if (found.Count == 0) return null;

        if (found.FindLast(one => one.IsBold) is { } bold)
            return bold.Answer with { Reason = "bold number of the last sentence with numbers" };
        if (found.FindLast(one => one.IsResult) is { } result) return result.Answer with { Reason = "result of the last equation" };
        if (LastResult(text, first)?.Number is { } computed
            && found.Find(one => one.Answer.Number is { } number && number.Answers(computed)) is { } restated)
            return restated.Answer with { Reason = "result of the last equation, restated in the last sentence with numbers" };
        return (found.FindLast(one => !one.IsAside) ?? found[^1]).Answer;
    }

    static Answer? LastResult(AnswerText text, int before)
    {
        for (var index = before - 1; index >= 0; index--)
            if (text.IsResult(index)) return text.AnswerOf(text.Numbers[index], "result");
        return null;
    }

    sealed record Candidate(Answer Answer, bool IsBold, bool IsResult, bool IsAside);
}
