using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Tests.Evaluators;

/// <summary>What people brought, as a stream of the journal has it.</summary>
public sealed class EvaluatorRegistryTests : IDisposable
{
    static readonly RunId s_one = RunId.Parse("one-1"), s_other = RunId.Parse("other-2");

    readonly DataDirectory _data = DataDirectory.OpenForWriting(Temporary.NewDirectory(), TimeProvider.System);

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Inject_ThenReadAgain_IsWhatWasBrought()
    {
        var brought = Evaluator("words", "1.0.0", 1);

        Registry().Inject(brought, "namespaces", [s_one], "alice");

        var found = Registry().Find("words")!;
        Assert.Equivalent(brought, found.Evaluator, strict: true);
        Assert.Equal(("alice", null, "namespaces"), (found.Who, found.Removed, found.Facts.Isolation));
        Assert.Equal((true, false), (found.IsAskedBy(s_one), found.IsAskedBy(s_other)));
    }

    [Fact]
    public void Inject_AnotherVersion_TakesItsPlaceAndTheFormerStays()
    {
        var registry = Registry();
        registry.Inject(Evaluator("words", "1.0.0", 1), "namespaces", [], "alice");

        registry.Inject(Evaluator("words", "1.1.0", 2), "namespaces", [], "bob");

        Assert.Equal("1.1.0", Assert.Single(registry.AskedBy(s_one)).Facts.Version);
        Assert.Equal([("1.0.0", true), ("1.1.0", false)], registry.All().Select(one => (one.Facts.Version, one.Removed is not null)));
    }

    [Fact]
    public void Inject_SameVersionMadeOfSomethingElse_IsRefusedEvenWhenTheFirstWasRemoved()
    {
        var registry = Registry();
        registry.Inject(Evaluator("words", "1.0.0", 1), "namespaces", [], "alice");
        registry.Remove("words", "alice");

        var refused = Assert.Throws<EvaluatorRefusedException>(
            () => registry.Inject(Evaluator("words", "1.0.0", 2), "namespaces", [], "alice"));

        Assert.Contains("version 1.0.0 was brought before with the hash", refused.Reason, StringComparison.Ordinal);
        Assert.Empty(registry.AskedBy(s_one));
        registry.Inject(Evaluator("words", "1.0.0", 1), "namespaces", [], "alice");
        Assert.Single(registry.AskedBy(s_one));
    }

    [Fact]
    public void Inject_IdOfTheCatalogue_IsRefused() => Assert.Contains("an evaluator of the catalogue has this id",
        Assert.Throws<EvaluatorRefusedException>(() => Registry().Inject(Evaluator("length", "9", 1), "namespaces", [], "alice")).Reason,
        StringComparison.Ordinal);

    [Fact]
    public void Remove_NobodyOfThatId_IsNothing() => Assert.Null(Registry().Remove("words", "alice"));

    [Fact]
    public void BackFills_AskedAndEnded_AreOpenInBetween()
    {
        BackFillAsked first = new("a", "length", "1.0.0", ["one-1"], 0, null, "heldout"), second = first with { Id = "b", LastStep = 7 };
        Registry().Ask(first, "alice");
        Registry().Ask(second, "alice");

        Registry().End(new BackFillEnded("a", 3, 0, null));

        Assert.Equivalent(second, Assert.Single(Registry().Open()), strict: true);
    }

    [Theory]
    [InlineData("heldout", 3, "heldout:pocket", true)]
    [InlineData("heldout", 3, null, false)]
    [InlineData("train", 3, null, true)]
    [InlineData("train", 3, "heldout:pocket", false)]
    [InlineData("all", 3, null, true)]
    [InlineData("heldout:pocket", 3, "heldout:pocket", true)]
    [InlineData("heldout:other", 3, "heldout:pocket", false)]
    [InlineData("all", 1, null, false)]
    [InlineData("all", 9, null, false)]
    public void Wants_StepsTwoToEight_OfASet(string asked, int step, string? set, bool wanted) =>
        Assert.Equal(wanted, new BackFillAsked("a", "length", "1.0.0", [], 2, 8, asked).Wants(step, set));

    [Fact]
    public void Read_ForeignEventInItsStream_IsDamage()
    {
        using (var transaction = _data.Store.Begin(TimeProvider.System))
        {
            transaction.Append(EvaluatorRegistry.Stream, default, new RunPaused("why"), 1, null);
            transaction.Commit();
        }

        Assert.Contains("does not belong in this stream", Assert.Throws<BrokenChainException>(() => Registry().All()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_RegistryInTheJournal_AreNotMore()
    {
        Registry().Inject(Evaluator("words", "1.0.0", 1), "namespaces", [], "alice");

        Assert.Empty(new RunReader(_data.Store).Runs());
    }

    EvaluatorRegistry Registry() => new(_data.Store, TimeProvider.System);

    static InjectedEvaluator Evaluator(string id, string version, byte content) => new(
        new EvaluatorDescription(id, version, ContentHash.Of([content]), EvaluatorNeeds.Text | EvaluatorNeeds.Scores,
            [new Metric(id, MetricDirection.Lower, MetricRole.Heldout, "words of it")]),
        new EvaluatorSource(EvaluatorKind.Command, "python3", ["/srv/words.py"], ["/srv/lexicon"]),
        new EvaluatorLimits(TimeSpan.FromSeconds(2.5), 64L << 20, Network: true, Unsandboxed: false));
}
