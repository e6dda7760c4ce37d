using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Evaluation.Tests.Catalogue.Symptoms;

public class DiversityEvaluatorTests
{
    static readonly IEvaluator Diversity = BuiltInEvaluators.ById["diversity"];

    [Fact]
    public void Distinct_TwoSamples_CountsOverBoth()
    {
        // Words a b c a b d: 4 of 6; pairs ab bc | ab bd: 3 of 4; triples abc | abd: 2 of 2.
        var scores = First("a b c", "a b d");
        Assert.Equal([4 / 6.0, 3 / 4.0, 1.0], [scores["distinct-1"].Value, scores["distinct-2"].Value, scores["distinct-3"].Value]);
    }

    [Fact]
    public void SelfBleu_TwoSamples_IsTheMeanOfBothDirections()
    {
        // "a b c d e" against "a b c d f": precisions 4/5, 3/4, 2/3, 1/2, product 1/5; equal lengths, so no penalty; the same back.
        Assert.Equal(Math.Pow(.2, .25), First("a b c d e", "a b c d f")["self-bleu"].Value!.Value, 1e-14);
    }

    [Fact]
    public void SelfBleu_ShorterSample_HasTheBrevityPenalty()
    {
        // "a b c d" against "a b c d e": all precisions 1, penalty e^(1 − 5/4). Back: 4/5, 3/4, 2/3, 1/2.
        Assert.Equal((Math.Exp(-.25) + Math.Pow(.2, .25)) / 2, First("a b c d", "a b c d e")["self-bleu"].Value!.Value, 1e-14);
    }

    [Fact]
    public void SelfBleu_NoLongRunsShared_IsSmoothed()
    {
        // "a b" against "a c": 1/2; 0.1/1; no runs of three and four: 0.1 each. (.5 · .1³)^¼, the same back.
        Assert.Equal(Math.Pow(.0005, .25), First("a b", "a c")["self-bleu"].Value!.Value, 1e-14);
    }

    [Fact]
    public void SelfBleu_ThreeSamples_ClipsByTheOtherThatHasItMost()
    {
        // "a a a" against "a a" and "b": a twice of three, aa once of two; 0.1/1 and 0.1: (2/3 · 1/2 · .1 · .1)^¼.
        // "a a" against "a a a": nearest lengths 3 and 1, the shorter 1: no penalty; 1, 1, .1, .1. "b" shares nothing: 0.
        var expected = (Math.Pow(2 / 3.0 * .5 * .01, .25) + Math.Pow(.01, .25)) / 3;
        Assert.Equal(expected, First("a a a", "a a", "b")["self-bleu"].Value!.Value, 1e-14);
    }

    [Fact]
    public void SelfBleu_SameSamples_IsOne() => Assert.Equal(1, First("a b c d e", "A b, c d e!")["self-bleu"].Value);

    [Fact]
    public void Score_OneSample_HasNoSelfBleu()
    {
        var scores = First("a b a");
        Assert.Equal((2 / 3.0, (double?)null), (scores["distinct-1"].Value, scores["self-bleu"].Value));
    }

    [Fact]
    public void Score_SampleWithoutWords_HasNoSelfBleu() => Assert.Null(First("a b", "?!")["self-bleu"].Value);

    [Fact]
    public void Score_Groups_FirstSamplesCarryTheValues()
    {
        // In any order, by PromptId and not by text: y's only sample, x's second, x's first.
        EvaluationItem[] items = [Sample("y", 0, "a a"), Sample("x", 1, "a b"), Sample("x", 0, "c d")];
        var values = Diversity.Score(items).Select(result => ((ScoredItem)result).Scores["distinct-1"].Value);
        Assert.Equal([.5, null, 1.0], values);
    }

    static IReadOnlyDictionary<string, Score> First(params string[] completions) =>
        ((ScoredItem)Diversity.Score([.. completions.Select((text, sample) => Sample("x", sample, text))])[0]).Scores;

    static EvaluationItem Sample(string promptId, int sample, string completion) =>
        new($"{promptId}-{sample}", "?", completion) { PromptId = promptId, Sample = sample };
}
