using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;

namespace ActorRlhf.Actors.Tests.Runs.Auditing;

/// <summary>
/// Lies about SFT, labels, reward models and held-out evaluations, every hash put right:
/// what needs no network is found at once, the rest by executing the run again.
/// </summary>
public sealed class ModelLieTests(ToldRun told) : IClassFixture<ToldRun>
{
    public static TheoryData<int> Instances => [.. Enumerable.Range(0, 10)];

    [Fact]
    public async Task RecomputeAll_RunAsItWasTrained_IsEqualToTheLastBit()
    {
        using var copy = told.Copy();
        var whole = new WholeRecomputation(copy.Record(), acceptBuild: false);

        var end = await whole.ExecuteAsync(null, null, CancellationToken.None);

        Assert.Equal(StageNames.InOrder, whole.Stages);
        Assert.Equal([1, 2, 3, 4], whole.Steps);
        Assert.Equal([0, 2, 4], whole.Evaluations);
        Assert.Equal(copy.Record().State.Weights.ToString(), end!.Single(file => file.Name == "policy").Hash.ToString());
    }

    /// <summary>A figure of a reward model, or whose weights it has.</summary>
    [Theory, MemberData(nameof(Instances))]
    public async Task RewardModel_OtherWeightsOrFigures_IsFoundAtItsEvent(int instance)
    {
        using var copy = told.Copy();
        var random = new Draws(instance);
        var models = copy.Training().Where(read => read.Event is RewardModelTrained).ToArray();
        var trained = models.Select(read => (RewardModelTrained)read.Event).ToArray();
        var member = random.Next(models.Length);
        if (instance < 2)
        {
            // The members change places; or one is the other a second time.
            member = instance;
            copy.Lie(models[member], (RewardModelTrained model) => model with { Weights = trained[1 - member].Weights });
            if (instance == 0) copy.Lie(models[1], (RewardModelTrained model) => model with { Weights = trained[0].Weights });
        }
        else copy.Lie(models[member], (RewardModelTrained model) => (instance % 7) switch
        {
            0 => model with { TrainingLoss = model.TrainingLoss * (0.5 + 0.4 * random.NextDouble()) },
            1 => model with { TrainingAccuracy = Math.BitDecrement(model.TrainingAccuracy) },
            2 => model with { Accuracy = model.Accuracy + (model.Accuracy > 0.5 ? -1.0 : 1.0) / model.Comparisons },
            3 => model with { CalibrationError = model.CalibrationError * random.NextDouble() },
            4 => model with { LengthCorrelation = -model.LengthCorrelation + 0.01 },
            5 => model with { Bias = model.Bias + random.NextDouble() },
            _ => model with { Scale = model.Scale * 2 },
        });
        Tidy(copy);

        Assert.Equal(models[member].Sequence, await FirstWrongAsync(copy, models[member].Stream));
    }

    /// <summary>Loss or tokens of SFT, at its end or at a checkpoint.</summary>
    [Theory, MemberData(nameof(Instances))]
    public async Task Sft_OtherFigures_AreFoundAtTheirEvent(int instance)
    {
        using var copy = told.Copy();
        var random = new Draws(instance);
        ReadEvent[] figures = [.. copy.Training().Where(read => read.Event is SftCheckpointed or StageCompleted { Stage: StageNames.Sft })];
        var lied = figures[random.Next(figures.Length)];
        copy.Lie<IEvent>(lied, fact => (fact, instance % 2) switch
        {
            (SftCheckpointed saved, _) => saved with { Tokens = saved.Tokens + 1 + random.Next(9) },
            (StageCompleted sft, 0) => sft with
            {
                Metrics = [sft.Metrics[0] with { Value = sft.Metrics[0].Value + random.NextDouble() }, sft.Metrics[1]],
            },
            (StageCompleted sft, _) => sft with { Metrics = [sft.Metrics[0], sft.Metrics[1] with { Value = sft.Metrics[1].Value - 1 }] },
            _ => fact,
        });
        Tidy(copy);

        Assert.Equal(lied.Sequence, await FirstWrongAsync(copy, lied.Stream));
    }

    /// <summary>Two labels turned round, so that every count is as it was.</summary>
    [Theory, MemberData(nameof(Instances))]
    public async Task RecomputeAll_LabelTurnedRound_IsFoundAtItsEvent(int instance)
    {
        using var copy = told.Copy();
        var random = new Draws(instance);
        var labelled = copy.Training().Where(read => read.Event is PreferenceLabelled).ElementAt(instance % 2);
        copy.Lie(labelled, (PreferenceLabelled fact) =>
        {
            var rows = JsonLines.Read<ComparisonRow>(copy.Data.Artefacts.Read(fact.Artefact)).ToArray();
            var different = rows.Index().Where(row => row.Item.Chosen != row.Item.Rejected).ToArray();
            var (turned, row) = different[random.Next(different.Length)];
            rows[turned] = row with
            {
                Chosen = row.Rejected,
                Rejected = row.Chosen,
                ChosenIds = row.RejectedIds,
                RejectedIds = row.ChosenIds,
            };
            return fact with { Artefact = copy.Put(JsonLines.Write(rows)) };
        });
        Tidy(copy);

        Assert.Equal(labelled.Sequence, await FirstWrongAsync(copy, labelled.Stream));
    }

    /// <summary>
    /// Scores and KL sums on held-out prompts, with the means that are made of them; what was checkpointed of optimizers.
    /// </summary>
    [Theory, MemberData(nameof(Instances))]
    public async Task RecomputeAll_HeldoutScoresOrKl_AreFoundAtTheirEvent(int instance)
    {
        using var copy = told.Copy();
        var random = new Draws(instance);
        ReadEvent[] figures = [.. copy.Evaluations().Where(read => read.Event is RewardScored or KlMeasured)];
        var lied = figures[random.Next(figures.Length)];
        var tokens = copy.Evaluations()
            .Select(read => read.Event)
            .OfType<RolloutCollected>()
            .Single(rollout => rollout.Step == EventSteps.Of(lied.Event))
            .Lengths.Values.Sum();
        copy.Lie<IEvent>(lied, fact =>
        {
            if (fact is RewardScored scored)
            {
                var members = RewardMeasurement.MembersOf(scored);
                var sample = random.Next(members[0].Length);
                members[0][sample] += 0.5f;
                return RewardMeasurement.Of(ToldRun.Recipe.Reward, members)
                    .ToEvent(scored.Step, scored.Set, ToldRun.Recipe.Reward, scored.Source);
            }
            var kl = (KlMeasured)fact;
            double[] k1 = [.. kl.K1.Values];
            k1[random.Next(k1.Length)] += 0.1;
            return new KlMeasurement(k1, [.. kl.K3.Values], tokens)
                .ToEvent(kl.Step, kl.Set, ToldRun.Recipe.Kl.Estimator, kl.CoefficientBefore, kl.CoefficientAfter, kl.Source);
        });

        Assert.Null(copy.Audit().FirstBad);
        var found = await copy.RecomputeAllAsync();
        Assert.Equal((lied.Stream, lied.Sequence), (found?.Stream, found?.Sequence));
        // A range of steps that the evaluation is in finds it, too.
        var run = copy.Record();
        var step = EventSteps.Of(lied.Event)!.Value;
        using var recomputation = new Recomputation(run, StoredWorld.Of(run), acceptBuild: false);
        var error = await Assert.ThrowsAsync<RecomputationDifferenceException>(() =>
            recomputation.ExecuteAsync(Math.Max(1, step), Math.Max(1, step), null, CancellationToken.None));
        Assert.Equal((lied.Stream, lied.Sequence), (error.Logged.Stream, error.Logged.Sequence));
    }

    /// <summary>What a step says of itself and nothing else was made of.</summary>
    [Theory, MemberData(nameof(Instances))]
    public async Task RecomputeAll_FigureOfAMinibatchFromWhichNothingFollows_IsFoundAtItsEvent(int instance)
    {
        using var copy = told.Copy();
        var random = new Draws(instance);
        ReadEvent[] updates = [.. copy.Training().Where(read => read.Event is PolicyUpdated)];
        var (lied, factor, figure) = (updates[random.Next(updates.Length)], 0.5 + random.NextDouble(), instance % 3);
        var at = random.Next(((PolicyUpdated)lied.Event).Minibatches.Length);
        copy.Lie(lied, (PolicyUpdated updated) => updated with
        {
            Minibatches = [.. updated.Minibatches.Select((one, i) => i != at ? one : figure switch
            {
                0 => one with { Entropy = one.Entropy * factor },
                1 => one with { PolicyGradientNorm = one.PolicyGradientNorm * factor },
                _ => one with { CriticGradientNorm = one.CriticGradientNorm * factor },
            })],
        });

        Assert.Null(copy.Audit().FirstBad);
        var found = await copy.DifferenceAsync();
        Assert.Equal((lied.Stream, lied.Sequence), (found?.Logged.Stream, found?.Logged.Sequence));
        string[] names = ["entropy", "policyGradientNorm", "criticGradientNorm"];
        Assert.StartsWith($"minibatches[{at}].{names[figure]} was ", found!.Difference, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RecomputeAll_OptimizerOfACheckpoint_IsFound()
    {
        using var copy = told.Copy();
        var saved = copy.Training().Last(read => read.Event is CheckpointSaved);
        var other = ((CheckpointSaved)copy.Training().Last(read => read.Event is CheckpointSaved { Step: 3 }).Event).Files;
        copy.Lie(saved, (CheckpointSaved fact) => fact with { Files = [fact.Files[0], other[1], fact.Files[2], fact.Files[3]] });
        copy.Finish();

        Assert.Equal(saved.Sequence, await FirstWrongAsync(copy, saved.Stream));
    }

    /// <summary>Mean accuracy and final hash, as an insider puts them right.</summary>
    static void Tidy(Forgery copy)
    {
        var models = copy.Training().Select(read => read.Event).OfType<RewardModelTrained>().ToArray();
        copy.Lie(
            copy.Training().Single(read => read.Event is StageCompleted { Stage: StageNames.RewardModels }),
            (StageCompleted stage) => stage with { Metrics = [new("accuracy", models.Average(model => model.Accuracy))] });
        copy.Finish();
    }

    /// <summary>Where the audit finds something, and otherwise where executing the run again does.</summary>
    static async Task<long?> FirstWrongAsync(Forgery copy, string stream)
    {
        if (copy.Audit().FirstBad is { } bad) return bad.Stream == stream ? bad.Sequence : null;
        return await copy.RecomputeAllAsync() is { } found && found.Stream == stream ? found.Sequence : null;
    }
}
