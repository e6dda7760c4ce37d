using System.Diagnostics;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Sampling;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>
/// What a step begins with: completions of a policy, and what everybody says of them. Weights and recipe alone decide it, so it can be
/// asked for as soon as the policy is there.
/// </summary>
/// <param name="Rows">The completions.</param>
/// <param name="Sampling">How long sampling took.</param>
/// <param name="Scored">Scores by each member.</param>
/// <param name="Reference">Log-probs by the reference, of each completion's tokens.</param>
/// <param name="Measured">Log-probs and values by policy and critic.</param>
/// <param name="Scoring">How long scores, log-probs and values took together.</param>
sealed record ScoredRollout(
    IReadOnlyList<RolloutRow> Rows, TimeSpan Sampling,
    Scored Scored, IReadOnlyList<float[]> Reference, Measured Measured, TimeSpan Scoring)
{
    /// <summary>When all of it was there, in ticks of <see cref="Stopwatch"/>.</summary>
    public long ReadyAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>Samples and scores.</summary>
    /// <param name="run">What the run shares.</param>
    /// <param name="workers">Who computes.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="step">The step that this is the beginning of.</param>
    /// <param name="reference">What KL is measured against.</param>
    /// <param name="members">The ensemble.</param>
    /// <param name="logged">The step's completions, where they are not to be sampled but are those of the log.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<ScoredRollout> OfAsync(
        RunContext run, IWorkers workers, ContentHash policy, int step, ContentHash reference, IReadOnlyList<ContentHash> members,
        IReadOnlyList<RolloutRow>? logged, CancellationToken ct)
    {
        var (rows, sampling) = logged is null
            ? await SampleAsync(run, workers, policy, step, ct).ConfigureAwait(false)
            : (logged, TimeSpan.Zero);
        // One that was begun ahead may have been given up meanwhile, and the policy be another one.
        ct.ThrowIfCancellationRequested();
        TokenSequence[] sequences = [.. rows.Select(row => row.Sequence())];
        var clock = Stopwatch.StartNew();
        var scoring = workers.DoAsync(new ScoreCompletions(members, sequences), ct);
        var measuringReference = workers.DoAsync(new MeasureReference(reference, sequences, run.Recipe.Sampling.Temperature), ct);
        var measuring = workers.DoAsync(new Measure(step, sequences), ct);
        await Task.WhenAll(scoring, measuringReference, measuring).ConfigureAwait(false);
        return new ScoredRollout(
            rows, sampling, scoring.Result, measuringReference.Result.LogProbs, measuring.Result, clock.Elapsed);
    }

    static async Task<(IReadOnlyList<RolloutRow> Rows, TimeSpan Duration)> SampleAsync(
        RunContext run, IWorkers workers, ContentHash policy, int step, CancellationToken ct)
    {
        var prompts = run.World.RolloutPrompts(step, run.Recipe.Rl.Episodes);
        var sampled = await workers.DoAsync(new Generate(policy,
            [.. prompts.Select((prompt, i) => new SampleRequest(prompt.TokenIds, (uint)step, (uint)i))],
            RolloutSampling.Options(run, Purpose.RolloutSampling)), ct).ConfigureAwait(false);
        return (RolloutRow.Of(prompts, sampled.Completions, run.World.Tokenizer), sampled.Duration);
    }
}
