using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Evaluation.Catalogue;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>
/// Metrics of one step, or of a held-out evaluation after a step, by name; the names are explained in <c>docs/metrics.md</c>.
/// </summary>
/// <param name="Step">The step; 0 is before RL.</param>
/// <param name="Values">Name and value.</param>
public sealed record StepMetrics(int Step, IReadOnlyDictionary<string, double> Values)
{
    /// <summary>
    /// Why the step was not applied: <c>skipped: …</c> or <c>rolled back to step N: …</c>; null if it was, and for step 0.
    /// </summary>
    public string? NotApplied { get; init; }

    /// <summary>How sure those are that are means over completions, by name.</summary>
    public IReadOnlyDictionary<string, MetricSpread> Spreads { get; init; } = new Dictionary<string, MetricSpread>();

    /// <summary>The metrics of a run in order of the steps: a step's own, joined by those of the evaluation after it.</summary>
    public static IEnumerable<StepMetrics> Of(RunRecord run)
    {
        var byStep =
            new SortedDictionary<int, (Dictionary<string, double> Values, Dictionary<string, MetricSpread> Spreads, string? NotApplied)>();
        foreach (var fact in run.Training().Select(read => read.Event).Concat(run.Evaluations().Select(read => read.Event)))
        {
            var why = WhyNotApplied(fact);
            if (!AreIn(fact) && why is null || EventSteps.Of(fact) is not { } step) continue;
            var (values, spreads, known) = byStep.GetValueOrDefault(step, ([], [], null));
            Add(values, fact, run.Plan.Episodes);
            foreach (var (name, spread) in MetricSpread.Of(fact)) spreads[name] = spread;
            byStep[step] = (values, spreads, why ?? known);
        }
        return byStep.Select(entry => new StepMetrics(entry.Key, entry.Value.Values)
        {
            NotApplied = entry.Value.NotApplied,
            Spreads = entry.Value.Spreads,
        });
    }

    /// <summary>The metrics that a step's events hold.</summary>
    public static StepMetrics Of(int step, IEnumerable<IEvent> events, int episodes)
    {
        var (values, spreads, notApplied) = (new Dictionary<string, double>(), new Dictionary<string, MetricSpread>(), default(string));
        foreach (var fact in events)
        {
            Add(values, fact, episodes);
            foreach (var (name, spread) in MetricSpread.Of(fact)) spreads[name] = spread;
            notApplied ??= WhyNotApplied(fact);
        }
        return new StepMetrics(step, values) { NotApplied = notApplied, Spreads = spreads };
    }

    /// <summary>The metrics that one event holds, for whoever keeps the means alone.</summary>
    internal static IReadOnlyDictionary<string, double> Of(IEvent fact, int episodes)
    {
        var values = new Dictionary<string, double>();
        Add(values, fact, episodes);
        return values;
    }

    /// <summary>Whether an event has metrics in it.</summary>
    internal static bool AreIn(IEvent fact) =>
        fact is RolloutCollected or RewardScored or KlMeasured or PolicyUpdated or EvaluationCompleted;

    /// <summary>Why the step that an event ends was not applied; null for any other event.</summary>
    internal static string? WhyNotApplied(IEvent fact) => fact switch
    {
        StepSkipped skipped => $"skipped: {skipped.Tensor}",
        StepRolledBack back => FormattableString.Invariant($"rolled back to step {back.Checkpoint}: {back.Tensor}"),
        _ => null,
    };

    static void Add(Dictionary<string, double> values, IEvent fact, int episodes)
    {
        switch (fact)
        {
            case RolloutCollected { Set: null } rollout:
                values["episode"] = (double)rollout.Step * episodes;
                values["length/mean"] = rollout.Lengths.Values.Average();
                values["length/eos_share"] = rollout.StopReasons.Values.Average(reason => reason == 0 ? 1.0 : 0);
                break;
            case RewardScored { Set: null } scored:
                values["objective/scores"] = scored.Result.Values.Average();
                values["reward/member_std"] = MemberDeviation(scored);
                break;
            case KlMeasured { Set: null } kl:
                values["objective/kl"] = kl.K1.Values.Average();
                values["kl/sqrt"] = Math.Sqrt(Math.Max(0, kl.K1.Values.Average()));
                values["kl/k3"] = kl.K3.Values.Average();
                values["kl/coefficient"] = kl.CoefficientBefore;
                break;
            case PolicyUpdated updated:
                AddUpdate(values, updated);
                break;
            case RolloutCollected rollout:
                values["heldout/length"] = rollout.Lengths.Values.Average();
                values["heldout/eos_share"] = rollout.StopReasons.Values.Average(reason => reason == 0 ? 1.0 : 0);
                break;
            case RewardScored scored:
                values["heldout/scores"] = scored.Result.Values.Average();
                values["heldout/member_std"] = MemberDeviation(scored);
                break;
            case KlMeasured kl:
                values["heldout/kl"] = kl.K1.Values.Average();
                values["heldout/kl_sqrt"] = Math.Sqrt(Math.Max(0, kl.K1.Values.Average()));
                break;
            case EvaluationCompleted { Set: null } evaluation:
                foreach (var one in evaluation.Aggregates) values[$"train/{evaluation.Evaluator}/{one.Metric}"] = one.Mean;
                break;
            case EvaluationCompleted evaluation:
                foreach (var aggregate in evaluation.Aggregates) values[$"eval/{evaluation.Evaluator}/{aggregate.Metric}"] = aggregate.Mean;
                if (evaluation.Evaluator == BuiltInEvaluators.PocketGold) values["objective/gold"] = evaluation.Aggregates[0].Mean;
                break;
        }
    }

    static void AddUpdate(Dictionary<string, double> values, PolicyUpdated updated)
    {
        double Mean(Func<MinibatchUpdated, double> number) => updated.Minibatches.Average(number);
        values["lr"] = updated.LearningRate;
        values["objective/rlhf_reward"] = updated.RewardMean;
        values["objective/non_score_reward"] = updated.NonScoreRewardMean;
        values["policy/clipfrac_avg"] = Mean(minibatch => minibatch.ClipFraction);
        values["policy/approxkl_avg"] = Mean(minibatch => minibatch.ApproxKl);
        values["policy/entropy_avg"] = Mean(minibatch => minibatch.Entropy);
        values["policy/gradient_norm"] = Mean(minibatch => minibatch.PolicyGradientNorm);
        values["loss/policy_avg"] = Mean(minibatch => minibatch.PolicyLoss);
        values["loss/value_avg"] = Mean(minibatch => minibatch.ValueLoss);
        values["val/ratio"] = Mean(minibatch => minibatch.RatioMean);
        values["val/clipfrac_avg"] = Mean(minibatch => minibatch.ValueClipFraction);
        values["val/gradient_norm"] = Mean(minibatch => minibatch.CriticGradientNorm);
        values["val/return_mean"] = updated.ReturnMean;
        values["val/value_mean"] = updated.ValueMean;
        values["check/first_minibatch_ratio_error"] = updated.Minibatches[0].MaxRatioError;
        values["check/sampler_logprob_error"] = updated.SamplerMaxLogProbError;
    }

    /// <summary>Mean over the samples of the members' population standard deviation.</summary>
    static double MemberDeviation(RewardScored scored)
    {
        var (samples, scores) = (scored.Result.Values.Length, scored.Scores.Values);
        return Enumerable.Range(0, samples).Average(i =>
            Math.Sqrt(ActorRlhf.Models.Numerics.RewardEnsembleScore.PopulationVariance(
                [.. Enumerable.Range(0, scored.Members).Select(member => scores[member * samples + i])])));
    }
}
