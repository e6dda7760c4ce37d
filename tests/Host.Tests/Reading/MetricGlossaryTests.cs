using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Host.Tests.Reading;

public sealed class MetricGlossaryTests
{
    static readonly ContentHash Hash = ContentHash.Of([]);
    static readonly StreamHead Head = new(1, Hash);

    /// <summary>A step with one of everything that metrics are made of.</summary>
    static readonly IReadOnlyDictionary<string, double> Emitted = StepMetrics.Of(
        1,
        [.. RolloutIn(null), Updated(), .. RolloutIn("heldout:pocket"), Evaluated("pocket-gold"), Evaluated("mine")],
        episodes: 2).Values;

    [Fact]
    public void StepMetrics_EveryName_IsInTheGlossary() => Assert.All(Emitted.Keys, name => Assert.NotNull(MetricGlossary.Find(name)));

    [Fact]
    public void Glossary_EveryName_IsEmitted() =>
        Assert.Equal(
            MetricGlossary.All.Select(metric => metric.Name).Order(StringComparer.Ordinal),
            Emitted.Keys.Select(name => MetricGlossary.Find(name)!.Name).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Glossary_EveryEntry_SaysSomethingInEveryPart() =>
        Assert.All(
            MetricGlossary.All.SelectMany(metric => new[] { metric.Meaning, metric.Unit, metric.Healthy, metric.Action }),
            part => Assert.NotEmpty(part.Trim()));

    [Fact]
    public void Glossary_NamesInBackticks_AreMetricsOrKeysOrEvents()
    {
        var known = MetricGlossary.All.Select(metric => metric.Name).Concat(ActorRlhf.Actors.Recipes.RecipeKeys.All.Select(key => key.Name))
            .Concat(EventCatalogue.Known.Manifests.Select(manifest => manifest[..^2])).Append("completions").ToHashSet();
        var named = MetricGlossary.All.SelectMany(metric => new[] { metric.Meaning, metric.Unit, metric.Healthy, metric.Action })
            .SelectMany(text => text.Split('`').Where((_, i) => i % 2 == 1));

        Assert.All(named, name => Assert.True(
            known.Contains(name) || MetricGlossary.Find(name) is not null,
            $"`{name}` is no metric, key, event or command"));
    }

    [Theory]
    [InlineData("objective/kl", true)]
    [InlineData("eval/mine/score", true)]
    [InlineData("eval/mine", false)]
    [InlineData("eval//x", false)]
    [InlineData("objective/kl2", false)]
    public void Find_Name_KnowsNamesAndThePattern(string name, bool known) => Assert.Equal(known, MetricGlossary.Find(name) is not null);

    static IEvent[] RolloutIn(string? set) =>
    [
        new RolloutCollected(1, set, Hash, Hash, new IntegerColumn([3, 4]), new IntegerColumn([0, 1]), set is null ? null : Head),
        new RewardScored(1, set, 2, new DoubleColumn([1, 2, 3, 4]), "mean", 0.5, new DoubleColumn([2, 3]), [], set is null ? null : Head),
        new KlMeasured(1, set, new DoubleColumn([.1, .2]), new DoubleColumn([.1, .2]), .05, .05, "k1", .1, .1, set is null ? null : Head),
    ];

    static PolicyUpdated Updated() =>
        new(1, 1e-4, [new MinibatchUpdated(0, 0, 1, 2, .1, .1, .01, 1, 0, 3, 1, 1)], Hash, Hash, Hash, 0, 1, -.1, .5, .4);

    static EvaluationCompleted Evaluated(string evaluator) =>
        new(
            1, "heldout:pocket", evaluator, "1.0.0", Hash, true, Hash, 2,
            [new MetricAggregate("score", .5, .1, 2, 0)], Hash, Head);
}
