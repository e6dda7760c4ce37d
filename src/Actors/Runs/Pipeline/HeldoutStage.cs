using System.Diagnostics;
using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Sampling;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>Samples the held-out prompts from a policy and scores what it says; judging is another's business.</summary>
static class HeldoutStage
{
    /// <summary>The set that a world's held-out prompts are.</summary>
    public static string SetOf(string world) => $"heldout:{world}";

    /// <summary>Samples and scores.</summary>
    /// <param name="workers">Who computes.</param>
    /// <param name="policy">The policy after a step.</param>
    /// <param name="reference">The SFT policy.</param>
    /// <param name="members">The reward models.</param>
    /// <param name="source">The point of the training stream that is looked at.</param>
    /// <param name="ct">Gives up.</param>
    /// <param name="logged">The completions, where they are not to be sampled but are those of the log.</param>
    public static async Task<HeldoutRollout> RunAsync(
        RunContext run, IWorkers workers, PolicyCursor policy, ContentHash reference, IReadOnlyList<ContentHash> members, StreamHead source,
        CancellationToken ct, IReadOnlyList<RolloutRow>? logged = null)
    {
        var (step, set) = (policy.Step, SetOf(run.World.Name));
        var (rows, rolloutTime) = logged is null
            ? await SampleAsync(run, workers, policy.Hash, ct).ConfigureAwait(false)
            : (logged, TimeSpan.Zero);
        TokenSequence[] sequences = [.. rows.Select(row => row.Sequence())];

        var clock = Stopwatch.StartNew();
        var scoring = workers.DoAsync(new ScoreCompletions(members, sequences), ct);
        var measuring = workers.DoAsync(new MeasureReference(reference, sequences, run.Recipe.Sampling.Temperature), ct);
        await Task.WhenAll(scoring, measuring).ConfigureAwait(false);
        var reward = RewardMeasurement.Of(run.Recipe.Reward, scoring.Result.Members);
        var kl = KlMeasurement.Of([.. rows.Select(row => row.LogProbs)], measuring.Result.LogProbs);

        var artefact = run.Artefacts.Put(JsonLines.Write(rows));
        return new HeldoutRollout(step,
        [
            new(RolloutEvents.Collected(step, set, policy.Hash, artefact, rows, source), rolloutTime),
            new(reward.ToEvent(step, set, run.Recipe.Reward, source), clock.Elapsed),
            new(kl.ToEvent(step, set, run.Recipe.Kl.Estimator, policy.KlCoefficient, policy.KlCoefficient, source)),
        ]);
    }

    static async Task<(IReadOnlyList<RolloutRow> Rows, TimeSpan Duration)> SampleAsync(
        RunContext run, IWorkers workers, ContentHash policy, CancellationToken ct)
    {
        var prompts = run.World.HeldoutPrompts(run.Recipe.Evaluation.Prompts);
        SampleRequest[] requests = [.. prompts.Select((prompt, i) => new SampleRequest(prompt.TokenIds, 0, (uint)i))];
        var sampled = await workers.DoAsync(
            new Generate(policy, requests, RolloutSampling.Options(run, Purpose.EvaluationSampling)), ct).ConfigureAwait(false);
        return (RolloutRow.Of(prompts, sampled.Completions, run.World.Tokenizer), sampled.Duration);
    }
}
