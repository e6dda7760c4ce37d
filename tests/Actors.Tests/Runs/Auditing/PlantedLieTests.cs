using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Models.Algorithms.Ppo;

namespace ActorRlhf.Actors.Tests.Runs.Auditing;

/// <summary>
/// An insider changes a number and seals everything after it anew, in both streams: every hash holds, and arithmetic finds the lie.
/// </summary>
public sealed class PlantedLieTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    const int Step = 3;

    /// <summary>What the insider changes, and the event that the audit must name.</summary>
    public static TheoryData<string, Type> Lies => new()
    {
        { nameof(OneReward), typeof(RewardScored) },
        { nameof(OneMembersScoreWithItsReward), typeof(RewardScored) },
        { nameof(Aggregation), typeof(RewardScored) },
        { nameof(OneKlSum), typeof(KlMeasured) },
        { nameof(OneKlSumWithItsMean), typeof(KlMeasured) },
        { nameof(Coefficient), typeof(KlMeasured) },
        { nameof(OneLength), typeof(RolloutCollected) },
        { nameof(OneStopReason), typeof(RolloutCollected) },
        { nameof(OneTokenReward), typeof(PolicyUpdated) },
        { nameof(OneAdvantage), typeof(PolicyUpdated) },
        { nameof(OneAdvantageByTheLastBit), typeof(PolicyUpdated) },
        { nameof(OneReturn), typeof(PolicyUpdated) },
        { nameof(OneValue), typeof(PolicyUpdated) },
        { nameof(OneReferenceLogProb), typeof(PolicyUpdated) },
        { nameof(OneNewLogProb), typeof(PolicyUpdated) },
        { nameof(OneLoss), typeof(PolicyUpdated) },
        { nameof(OneRatio), typeof(PolicyUpdated) },
        { nameof(LearningRate), typeof(PolicyUpdated) },
        { nameof(RewardMean), typeof(PolicyUpdated) },
        { nameof(SwappedSampleIndex), typeof(PolicyUpdated) },
    };

    [Theory, MemberData(nameof(Lies))]
    public void Audit_LieAboutAStep_IsFoundWithTheStepNamed(string lie, Type blamed)
    {
        using var copy = trained.Copy();
        Tell(copy, lie);

        var found = copy.Audit().FirstBad;

        Assert.Equal(
            (TrainedRun.Id.TrainingStream, Read(copy, blamed).Sequence, AuditFindingKind.Arithmetic),
            (found?.Stream, found?.Sequence, found?.Kind));
        Assert.StartsWith($"step {Step}: ", found!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Audit_AnotherIdentityUnderACommentInTheRecipe_IsFound()
    {
        using var copy = trained.Copy();

        copy.Lie(copy.Training()[0], (RunStarted started) => started with
        {
            Recipe = "# harmless\n" + started.Recipe,
            RecipeHash = ContentHash.Of(System.Text.Encoding.UTF8.GetBytes("# harmless\n" + started.Recipe)),
            Identity = ContentHash.Of([1]),
        });

        var found = copy.Audit().FirstBad;
        Assert.Equal((1L, "its recipe is not as this program writes one"), (found?.Sequence, found?.Detail));
    }

    [Fact]
    public void Audit_RewardChangedInTheEventAndInTheArtefact_IsFoundWithTheStepNamed()
    {
        using var copy = trained.Copy();
        var sample = Ended(copy);
        var scored = Read(copy, typeof(RewardScored));
        Tell(copy, nameof(OneMembersScoreWithItsReward));
        var (before, after) = (
            ((RewardScored)scored.Event).Result.Values[sample],
            ((RewardScored)Read(copy, typeof(RewardScored)).Event).Result.Values[sample]);
        Update(copy, tokens => tokens.Rewards[sample][^1] += after - before);

        var found = copy.Audit().FirstBad;

        Assert.Equal((Read(copy, typeof(PolicyUpdated)).Sequence, AuditFindingKind.Arithmetic), (found?.Sequence, found?.Kind));
        Assert.StartsWith($"step {Step}: ", found!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Audit_LieThatTheEvaluationsStillContradict_IsFoundWhereItIs()
    {
        using var copy = trained.Copy();
        var scored = Read(copy, typeof(RewardScored));
        copy.Reseal(scored.Stream, fact => fact, scored.Sequence, fact => Change((RewardScored)fact, result: 0));

        var found = copy.Audit().FirstBad;

        Assert.Equal((scored.Sequence, AuditFindingKind.Arithmetic), (found?.Sequence, found?.Kind));
    }

    [Theory]
    [InlineData(typeof(PolicyUpdated))]
    [InlineData(typeof(CheckpointSaved))]
    public void Audit_OtherWeights_AreFoundWhereTheyAreNextNamed(Type named)
    {
        using var copy = trained.Copy();
        var other = ContentHash.Of([1]);
        if (named == typeof(PolicyUpdated)) copy.Lie(Read(copy, named), (PolicyUpdated updated) => updated with { Weights = other });
        else copy.Lie(Saved(copy), (CheckpointSaved saved) => saved with { KlCoefficient = 7 });

        var found = copy.Audit().FirstBad;

        Assert.Equal((Saved(copy).Sequence, AuditFindingKind.Arithmetic), (found?.Sequence, found?.Kind));
    }

    [Fact]
    public void Audit_OtherFinalState_IsFound()
    {
        using var copy = trained.Copy();
        var end = copy.Training()[^1];
        copy.Lie(end, (RunCompleted completed) => completed with { StateHash = ContentHash.Of([1]) });

        var found = copy.Audit().FirstBad;

        Assert.Equal((end.Sequence, AuditFindingKind.Arithmetic), (found?.Sequence, found?.Kind));
    }

    [Fact]
    public void Audit_OtherRecipe_IsFound()
    {
        using var copy = trained.Copy();
        copy.Lie(copy.Training()[0], (RunStarted started) => started with
        {
            Recipe = started.Recipe.Replace("gamma: 1", "gamma: 0.5", StringComparison.Ordinal),
        });

        var found = copy.Audit().FirstBad;

        Assert.Equal((1, AuditFindingKind.Arithmetic), (found?.Sequence, found?.Kind));
    }

    /// <summary>
    /// Rules that have changed since are those of the version that a run began with, and so is what a lie about it contradicts.
    /// </summary>
    [Fact]
    public void Audit_OtherLogicVersion_IsFoundByItsLearningRates()
    {
        using var copy = trained.Copy();
        copy.Lie(copy.Training()[0], (RunStarted started) => started with { LogicVersion = 2 });

        var found = copy.Audit().FirstBad;

        // The first step has the whole rate under both.
        Assert.Equal(
            (copy.Training().Where(read => read.Event is PolicyUpdated).ElementAt(1).Sequence, AuditFindingKind.Arithmetic),
            (found?.Sequence, found?.Kind));
        Assert.Contains("learningRate", found!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Audit_FlippedLabelsCountedWrongly_IsFound()
    {
        using var copy = trained.Copy();
        var labelled = copy.Training().First(read => read.Event is PreferenceLabelled);
        copy.Lie(labelled, (PreferenceLabelled fact) => fact with { Flipped = fact.Flipped + 1 });

        var found = copy.Audit().FirstBad;

        Assert.Equal((labelled.Sequence, AuditFindingKind.Arithmetic), (found?.Sequence, found?.Kind));
    }

    [Fact]
    public void Audit_AStepLeftOut_IsFoundAsMissing()
    {
        using var copy = trained.Copy();
        var step = copy.Training()
            .Where(read => read.Event
                is RolloutCollected { Step: Step } or RewardScored { Step: Step }
                or KlMeasured { Step: Step } or PolicyUpdated { Step: Step })
            .ToArray();
        var rest = copy.Training().Where(read => read.Sequence > step[^1].Sequence).ToArray();
        copy.CutFrom(step[0].Stream, step[0].Sequence);
        copy.CutFrom(TrainedRun.Id.EvaluationStream, 1);
        copy.Append(
            step[0].Stream, step[0].Stored.PreviousHash, step[0].Sequence - 1, step[0].Stored.Envelope,
            rest.Where(read => read.Event is not CheckpointSaved).Select(read => read.Event));

        var found = copy.Audit().FirstBad;

        // What the checkpoint that is left out removed stands there without it, before the next step.
        var next = copy.Training().First(read => read.Sequence >= step[0].Sequence);
        Assert.Equal((next.Sequence, true, AuditFindingKind.Altered), (found?.Sequence, next.Event is ArtefactRemoved, found?.Kind));
    }

    /// <summary>What the insider changes of an evaluation.</summary>
    public static TheoryData<string> EvaluationLies =>
        new("mean", "standardError", "count", "failed", "item", "items", "heldout-length", "heldout-reward", "step");

    [Theory, MemberData(nameof(EvaluationLies))]
    public void Audit_LieAboutAnEvaluation_IsFoundAtItsEvent(string lie)
    {
        using var copy = trained.Copy();
        var read = copy.Evaluations().Last(one => lie switch
        {
            "heldout-length" or "step" => one.Event is RolloutCollected,
            "heldout-reward" => one.Event is RewardScored,
            _ => one.Event is EvaluationCompleted { Evaluator: "pocket-gold" },
        });
        copy.Lie<IEvent>(read, fact => fact switch
        {
            RolloutCollected rollout => lie is "step"
                ? rollout with { Step = rollout.Step - 1 }
                : rollout with { Lengths = new IntegerColumn([rollout.Lengths.Values[0] + 1, .. rollout.Lengths.Values[1..]]) },
            RewardScored scored => Change(scored, result: 0),
            EvaluationCompleted completed => Change(copy, completed, lie),
            _ => fact,
        });

        var found = copy.Audit().FirstBad;

        Assert.Equal((read.Stream, read.Sequence, AuditFindingKind.Arithmetic), (found?.Stream, found?.Sequence, found?.Kind));
    }

    /// <summary>
    /// What a changed recipe may not say: a key that does not exist, that decides the result,
    /// that had another value, or that this value is not allowed for.
    /// </summary>
    [Theory]
    [InlineData("evaluation.promts", "8", "16")]
    [InlineData("rl.learningRate", "0.001", "0.002")]
    [InlineData("evaluation.prompts", "9", "16")]
    [InlineData("evaluation.prompts", "8", "8")]
    [InlineData("evaluation.prompts", "8", "-1")]
    public void Audit_RecipeThatCannotHaveChangedLikeThis_IsAltered(string key, string before, string after)
    {
        using var copy = trained.Copy();
        var end = copy.Training()[^1];
        copy.Delete(end.Stream, end.Sequence);
        copy.Append(
            end.Stream, end.Stored.PreviousHash, end.Sequence - 1, end.Stored.Envelope,
            [new RecipeChanged([new RecipeChange(key, before, after)]), end.Event]);

        var found = copy.Audit().FirstBad;

        Assert.Equal((end.Sequence, AuditFindingKind.Altered), (found?.Sequence, found?.Kind));
    }

    void Tell(Forgery copy, string lie) => typeof(PlantedLieTests)
        .GetMethod(lie, System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
        .Invoke(null, [copy]);

    static void OneReward(Forgery copy) => copy.Lie(Read(copy, typeof(RewardScored)), (RewardScored scored) => Change(scored, result: 2));

    /// <summary>The member's score and what the mean makes of it, so that the event agrees with itself.</summary>
    static void OneMembersScoreWithItsReward(Forgery copy)
    {
        var sample = Ended(copy);
        copy.Lie(Read(copy, typeof(RewardScored)), (RewardScored scored) =>
        {
            var (scores, result) = (scored.Scores.Values.ToArray(), scored.Result.Values.ToArray());
            scores[sample] = 0.25;
            result[sample] = (scores[sample] + scores[result.Length + sample]) / 2;
            return scored with { Scores = new DoubleColumn(scores), Result = new DoubleColumn(result) };
        });
    }

    static void Aggregation(Forgery copy) =>
        copy.Lie(Read(copy, typeof(RewardScored)), (RewardScored scored) => scored with { Aggregation = "single" });

    static void OneKlSum(Forgery copy) => copy.Lie(Read(copy, typeof(KlMeasured)), (KlMeasured kl) => kl with { K1 = Raised(kl.K1) });

    static void OneKlSumWithItsMean(Forgery copy)
    {
        var tokens = ((RolloutCollected)Read(copy, typeof(RolloutCollected)).Event).Lengths.Values.Sum();
        copy.Lie(Read(copy, typeof(KlMeasured)), (KlMeasured kl) => kl with
        {
            K1 = Raised(kl.K1),
            K1TokenMean = Raised(kl.K1).Values.Sum() / tokens,
        });
    }

    static void Coefficient(Forgery copy) => copy.Lie(Read(copy, typeof(KlMeasured)), (KlMeasured kl) => kl with
    {
        CoefficientBefore = 2 * kl.CoefficientBefore,
        CoefficientAfter = 2 * kl.CoefficientAfter,
    });

    static void OneLength(Forgery copy) => copy.Lie(Read(copy, typeof(RolloutCollected)), (RolloutCollected rollout) => rollout with
    {
        Lengths = new IntegerColumn([rollout.Lengths.Values[0] + 1, .. rollout.Lengths.Values[1..]]),
    });

    static void OneStopReason(Forgery copy) => copy.Lie(Read(copy, typeof(RolloutCollected)), (RolloutCollected rollout) => rollout with
    {
        StopReasons = new IntegerColumn([1 - rollout.StopReasons.Values[0], .. rollout.StopReasons.Values[1..]]),
    });

    static void OneTokenReward(Forgery copy) => Update(copy, tokens => tokens.Rewards[1][^1] += 1);

    static void OneAdvantage(Forgery copy) => Update(copy, tokens => tokens.Advantages[2][0] = -tokens.Advantages[2][0]);

    static void OneAdvantageByTheLastBit(Forgery copy) =>
        Update(copy, tokens => tokens.Advantages[2][0] = Math.BitIncrement(tokens.Advantages[2][0]));

    static void OneReturn(Forgery copy) => Update(copy, tokens => tokens.Returns[2][0] += 0.001);

    static void OneValue(Forgery copy) => Update(copy, tokens => tokens.Values[2][0] += 0.001f);

    static void OneReferenceLogProb(Forgery copy) => Update(copy, tokens => tokens.RefLogProbs[2][0] -= 0.001f);

    static void OneNewLogProb(Forgery copy) => Update(copy, tokens => tokens.Minibatches[1].NewLogProbs[0][0] -= 0.001f);

    static void OneLoss(Forgery copy) => Minibatch(copy, minibatch => minibatch with { PolicyLoss = minibatch.PolicyLoss + 1e-6 });

    static void OneRatio(Forgery copy) => Minibatch(copy, minibatch => minibatch with { RatioMean = 1 });

    static void LearningRate(Forgery copy) => copy.Lie(Read(copy, typeof(PolicyUpdated)), (PolicyUpdated updated) => updated with
    {
        LearningRate = Math.BitDecrement(updated.LearningRate),
    });

    static void RewardMean(Forgery copy) => copy.Lie(Read(copy, typeof(PolicyUpdated)), (PolicyUpdated updated) => updated with
    {
        RewardMean = updated.RewardMean + 0.1,
    });

    /// <summary>Two rows of a minibatch change places with all their numbers, so that every sum stays as it was.</summary>
    static void SwappedSampleIndex(Forgery copy) => Update(copy, tokens =>
    {
        var minibatch = tokens.Minibatches[0];
        (minibatch.SampleIndex[0], minibatch.SampleIndex[1]) = (minibatch.SampleIndex[1], minibatch.SampleIndex[0]);
        (minibatch.NewLogProbs[0], minibatch.NewLogProbs[1]) = (minibatch.NewLogProbs[1], minibatch.NewLogProbs[0]);
        (minibatch.NewValues[0], minibatch.NewValues[1]) = (minibatch.NewValues[1], minibatch.NewValues[0]);
    });

    static void Minibatch(Forgery copy, Func<MinibatchUpdated, MinibatchUpdated> change) =>
        copy.Lie(Read(copy, typeof(PolicyUpdated)), (PolicyUpdated updated) => updated with
        {
            Minibatches = [updated.Minibatches[0], change(updated.Minibatches[1]), .. updated.Minibatches[2..]],
        });

    static void Update(Forgery copy, Action<StepTokens> change) =>
        copy.Lie(Read(copy, typeof(PolicyUpdated)), (PolicyUpdated updated) => updated with
        {
            Artefact = copy.Put(updated, tokens =>
            {
                change(tokens);
                return tokens;
            }),
        });

    static RewardScored Change(RewardScored scored, int result)
    {
        var values = scored.Result.Values.ToArray();
        values[result] += 0.5;
        return scored with { Result = new DoubleColumn(values) };
    }

    static EvaluationCompleted Change(Forgery copy, EvaluationCompleted completed, string lie)
    {
        var aggregate = completed.Aggregates[0];
        var rows = JsonLines.Read<EvaluationRow>(copy.Data.Artefacts.Read(completed.Artefact)).ToArray();
        if (lie is "item")
        {
            var turned = new Score(rows[0].Scores![aggregate.Metric].Value is 1 ? 0 : 1);
            rows[0] = rows[0] with { Scores = new Dictionary<string, Score> { [aggregate.Metric] = turned } };
        }
        return completed with
        {
            Items = lie is "items" ? completed.Items + 1 : completed.Items,
            Artefact = copy.Put(JsonLines.Write(rows)),
            Aggregates = [lie switch
            {
                "mean" => aggregate with { Mean = aggregate.Mean + 0.1 },
                "standardError" => aggregate with { StandardError = aggregate.StandardError / 2 },
                "count" => aggregate with { Count = aggregate.Count + 1 },
                "failed" => aggregate with { Failed = aggregate.Failed + 1 },
                // An insider who knows how to count.
                "item" => MetricAggregate.Of(aggregate.Metric, rows),
                _ => aggregate,
            }, .. completed.Aggregates[1..]],
        };
    }

    static DoubleColumn Raised(DoubleColumn column) => new([column.Values[0] + 0.01, .. column.Values[1..]]);

    static ReadEvent Read(Forgery copy, Type type) =>
        copy.Training().Single(read => read.Event.GetType() == type && read.Event
            is RolloutCollected { Step: Step } or RewardScored { Step: Step }
            or KlMeasured { Step: Step } or PolicyUpdated { Step: Step });

    static ReadEvent Saved(Forgery copy) => copy.Training().Single(read => read.Event is CheckpointSaved { Step: Step });

    /// <summary>A completion that ended with EOS: the score of any other does not depend on the reward models alone.</summary>
    static int Ended(Forgery copy)
    {
        var rollout = (RolloutCollected)Read(copy, typeof(RolloutCollected)).Event;
        return RolloutRow.Read(copy.Data.Artefacts, rollout.Artefact).Index().First(row => row.Item.EndedWithEos()).Index;
    }
}
