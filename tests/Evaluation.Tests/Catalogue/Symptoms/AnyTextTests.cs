using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Evaluation.Tests.Catalogue.Symptoms;

public class AnyTextTests
{
    const int Long = 100_000; // quadratic work on it would be noticed

    static readonly string[] Ids =
        ["apology", "diversity", "format", "hedging", "language-mix", "laziness", "repetition", "sycophancy", "verbosity"];

    public static TheoryData<string> Units => new("a", " ", ".", "\n", "`", "```\n", "[", "[your]", "*", "|", "#", "- x\n", "1. ", "1", "中",
        "\uD800", "\uDC00", "\0", "\"", "'", ",", "…", ". ", "a.", "!a", "i ", "great question ", "it's ", "// ...\n",
        "😀", "é", "a\u0301");

    [Theory]
    [MemberData(nameof(Units))]
    public void Score_OneThingForEver_IsScored(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, Long / unit.Length));
        EvaluationItem[] items = [Some.Item("List 5 in 3 words, briefly.", text), Some.Item(text, unit), Some.Item(text, "")];
        foreach (var id in Ids)
            foreach (var item in items)
            {
                var scored = Assert.IsType<ScoredItem>(Assert.Single(BuiltInEvaluators.ById[id].Score([item])));
                Assert.Equal(BuiltInEvaluators.ById[id].Metrics.Select(metric => metric.Name), scored.Scores.Keys);
            }
    }

    [Theory]
    [MemberData(nameof(Units))]
    public void Score_SharesOfAnyText_AreWithinZeroAndOne(string unit)
    {
        (string Id, string Metric)[] shares = [("diversity", "distinct-1"), ("format", "markdown"), ("hedging", "hedging"),
            ("language-mix", "language-mix"), ("language-mix", "mixed-words"), ("laziness", "laziness"), ("repetition", "repetition"),
            ("repetition", "loop"), ("sycophancy", "sycophancy"), ("verbosity", "verbosity"), ("verbosity", "filler")];
        foreach (var (id, metric) in shares)
            Assert.InRange(Judged.By(id, metric, "What is this?", $"So what {unit}{unit} it {unit} is").Value!.Value, 0, 1);
    }

    [Fact]
    public void Score_Batch_IsTheSameAsOneByOne()
    {
        var items = Enumerable.Range(0, 3).Select(i => Some.Item("Who?", new string('x', i) + " I think.") with { Id = $"{i}" }).ToArray();
        foreach (var id in Ids.Where(id => id != "diversity"))
            foreach (var (together, item) in BuiltInEvaluators.ById[id].Score(items).Zip(items))
                Assert.Equal(((ScoredItem)BuiltInEvaluators.ById[id].Score([item])[0]).Scores, ((ScoredItem)together).Scores);
    }
}
