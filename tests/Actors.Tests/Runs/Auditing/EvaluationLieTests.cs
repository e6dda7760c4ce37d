using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Tests.Runs.Auditing;

/// <summary>Evaluations that nobody made, or that were made of something else: every number in them is one that was once true.</summary>
public sealed class EvaluationLieTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    static readonly string s_stream = TrainedRun.Id.EvaluationStream;

    [Theory]
    [InlineData(2, "heldout:pocket")]
    [InlineData(0, "heldout:other")]
    public void Audit_GoldOfAnotherPolicyOrSetFilledInLater_IsFound(int step, string set)
    {
        using var copy = trained.Copy();

        Append(copy, Gold(copy, 0) with { Live = false, Step = step, Set = set });

        AssertFound(copy, copy.Evaluations()[^1], $"was not collected at step {step} for {set}");
    }

    [Fact]
    public void Audit_EvaluationFilledInLaterOfWhatItNames_IsSoundOnce()
    {
        using var copy = trained.Copy();
        var later = Gold(copy, 0) with { Live = false };

        Append(copy, later);
        Assert.Null(copy.Audit().FirstBad);
        Append(copy, later);

        AssertFound(copy, copy.Evaluations()[^1], "pocket-gold 1.0.0 judged this rollout before");
    }

    [Fact]
    public void Audit_SecondVerdictOnOneRollout_IsFound()
    {
        using var copy = trained.Copy();

        Append(copy, Gold(copy, 4));

        AssertFound(copy, copy.Evaluations()[^1], "the evaluator pocket-gold judged this rollout before");
    }

    [Fact]
    public void Audit_AnotherVersionOfABuiltInEvaluator_IsFound()
    {
        using var copy = trained.Copy();
        var gold = copy.Evaluations().Last(read => read.Event is EvaluationCompleted { Evaluator: "pocket-gold" });

        copy.Lie(gold, (EvaluationCompleted fact) => fact with { Version = "9" });

        AssertFound(copy, gold, "version is 9, pocket-gold of this build is 1.0.0");
    }

    [Fact]
    public void Audit_FailuresOfAnEvaluatorThatWereNone_AreFound()
    {
        using var copy = trained.Copy();
        var gold = Gold(copy, 0);

        Append(copy, new EvaluationFailed(0, gold.Set!, gold.Evaluator, gold.Version, gold.Rollout, "no idea", gold.Source));

        AssertFound(copy, copy.Evaluations()[^1], "it is not about the rollout before it");
    }

    [Fact]
    public void Audit_StepEvaluatedTwice_IsFound()
    {
        using var copy = trained.Copy();
        var second = copy.Evaluations().Where(read => read.Event is RolloutCollected).ElementAt(1);
        var batch = copy.Evaluations().Where(read => read.Sequence >= second.Sequence).Take(7).Select(read => read.Event).ToArray();

        var last = copy.Evaluations()[^1];
        copy.Append(s_stream, last.Hash, last.Sequence, last.Stored.Envelope, batch);

        AssertFound(copy, copy.Evaluations()[(int)last.Sequence], "step 2 was evaluated before");
    }

    [Fact]
    public void Audit_EvaluationFromBeforeThereWasAPolicy_IsFound()
    {
        using var copy = trained.Copy();
        var begun = copy.Training()[0];

        copy.Reseal(s_stream, fact => fact, 1, fact => (RolloutCollected)fact with { Source = new StreamHead(1, begun.Hash) });

        AssertFound(copy, copy.Evaluations()[0], "there was no policy at 1:");
    }

    [Theory]
    [InlineData("run-audited")]
    [InlineData("run-audited-evaluations")]
    public void Audit_FieldThatIsNil_IsNamed(string stream)
    {
        using var copy = trained.Copy();
        var read = copy.Events(stream).First(read => read.Event is StageCompleted or EvaluationCompleted);

        copy.Reseal(stream, fact => fact, read.Sequence, fact => fact switch
        {
            StageCompleted stage => stage with { Artefacts = null! },
            EvaluationCompleted judged => judged with { Aggregates = null! },
            _ => fact,
        });

        AssertFound(copy, read, "a field that must have a value is nil");
    }

    static EvaluationCompleted Gold(Forgery copy, int step) => copy.Evaluations().Select(read => read.Event)
        .OfType<EvaluationCompleted>().Single(judged => judged.Step == step && judged.Evaluator == "pocket-gold");

    static void Append(Forgery copy, IEvent fact)
    {
        var last = copy.Evaluations()[^1];
        copy.Append(s_stream, last.Hash, last.Sequence, last.Stored.Envelope, [fact]);
    }

    static void AssertFound(Forgery copy, ReadEvent at, string what)
    {
        var found = copy.Audit().FirstBad;
        Assert.Equal((at.Stream, at.Sequence), (found?.Stream, found?.Sequence));
        Assert.Contains(what, found!.Detail, StringComparison.Ordinal);
    }
}
