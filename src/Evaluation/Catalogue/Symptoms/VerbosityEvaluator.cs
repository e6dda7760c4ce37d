using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Texts;

namespace ActorRlhf.Evaluation.Catalogue.Symptoms;

/// <summary>More words than the answer needs.</summary>
/// <param name="budget">Words that any answer may have; 0 for no limit but the prompt's own.</param>
sealed class VerbosityEvaluator(int budget) : SymptomEvaluator(
    "verbosity",
    "Words that need not be there: those beyond the length that the prompt asks for (\"in one sentence\", \"in 50 words\", \"briefly\", "
        + "which allows 50) or beyond the setting budget, and filler by a list of English phrases. A symptom of objective mismatch "
        + "(Lambert and Calandra 2023, arXiv 2311.00168); long answers are the commonest way to gain reward (Singhal et al. 2023, arXiv "
        + "2310.03716). It cannot see padding in sentences of its own, and takes no answer for too long where neither prompt nor budget "
        + "sets a length.",
    Harm("verbosity", "The larger of the shares of words that are too many and that are filler, 0 to 1; null without words."),
    Property("words", "Words of the completion, those in code too."),
    Harm("excess-words", "Words beyond what prompt and budget allow; null where neither sets a length."),
    Harm("filler", "Share of words that are filler, 0 to 1; null without words."),
    Property("to-reference", "Words of the completion divided by those of the reference; null where there is no reference with words."))
{
    /// <summary>Name of the setting.</summary>
    public const string Budget = "budget";

    /// <summary>The largest budget.</summary>
    public const int LargestBudget = 1_000_000;

    protected override ItemResult Judge(EvaluationItem item)
    {
        var (asked, completion) = (AskedLength.In(LastTurn.Of(item.Prompt)), new CutText(item.Completion));
        if (budget > 0) asked = asked with { Words = Math.Min(asked.Words ?? budget, budget) };
        var words = completion.Words.Count;
        var (filler, first) = Filler.In(completion);
        var excess = asked.Excess(completion);
        return Scored(item,
            filler is null ? new Score(null, Reason: "no words") : new Score(Math.Max(filler.Value, (excess ?? 0) / (double)words)),
            new Score(words),
            new Score(excess, Reason: Describe(asked)),
            new Score(filler, first),
            ToReference(item, words));
    }

    static Score ToReference(EvaluationItem item, int words)
    {
        var reference = item.Reference is null ? 0 : new CutText(item.Reference).Words.Count;
        return reference == 0 ? new Score(null, Reason: "no reference") : new Score(words / (double)reference);
    }

    static string Describe(AskedLength asked)
    {
        if (asked.IsUnlimited) return "no length is asked for";
        return "allowed: " + string.Join(", ", ((string?[])[
            asked.Words is { } words ? $"{words} words" : null,
            asked.Sentences is { } sentences ? $"{sentences} sentences" : null,
            asked.Paragraphs is { } paragraphs ? $"{paragraphs} paragraphs" : null]).OfType<string>());
    }
}
