using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Training;

/// <summary>A comparison: two completions of one prompt, as a reward model sees them.</summary>
/// <param name="Chosen">The preferred one.</param>
/// <param name="Rejected">The other.</param>
public sealed record Comparison(TokenSequence Chosen, TokenSequence Rejected);

/// <summary>What one update of a reward model did.</summary>
/// <param name="Loss">Mean Bradley–Terry loss before the update.</param>
/// <param name="Accuracy">Share of comparisons in which the preferred completion scored higher before the update.</param>
/// <param name="GradientNorm">Before clipping; not finite if the update was not applied.</param>
public sealed record RewardModelStep(double Loss, double Accuracy, double GradientNorm);

/// <summary>Trains one reward model on comparisons.</summary>
public sealed class RewardModelTrainer : IDisposable
{
    readonly ComputeWorkers _workers;
    readonly double _centering;

    /// <param name="weights">Taken over and changed.</param>
    /// <param name="adam">The optimiser's constants.</param>
    /// <param name="centering">Coefficient of (r_c + r_r)².</param>
    /// <param name="shards">Parts of a batch.</param>
    /// <param name="workers">Where the work runs.</param>
    /// <param name="engine">Computes.</param>
    public RewardModelTrainer(
        ModelWeights weights, AdamOptions adam, double centering, int shards, ComputeWorkers workers, IEngine engine) =>
        (Learner, _centering, _workers) = (
            new Learner(weights, adam, shards, workers, engine, new GradientBuffers(weights.Data.Length)), centering, workers);

    /// <summary>The model under training.</summary>
    public Learner Learner { get; }

    /// <summary>One update.</summary>
    /// <param name="batch">Comparisons.</param>
    /// <param name="learningRate">The rate of this update.</param>
    /// <param name="maxNorm">Largest gradient norm.</param>
    /// <exception cref="ArgumentException">There is no comparison, or a sequence is not one of the model's.</exception>
    public RewardModelStep Step(IReadOnlyList<Comparison> batch, double learningRate, double maxNorm)
    {
        if (batch.Count == 0) throw new ArgumentException("a batch needs at least one comparison");
        // Comparison i is the rows 2i and 2i + 1; both must be in one batch for their loss.
        var sequences = batch.SelectMany(comparison => new[] { comparison.Chosen, comparison.Rejected }).ToArray();
        InputCheck.Scoring(sequences, Learner.Weights.Config);
        var all = Enumerable.Range(0, batch.Count).ToArray();
        Learner.Begin();
        var parts = _workers.Map(Learner.Shards, shard =>
        {
            var (loss, right) = (0.0, 0);
            int[][] pairs = [.. ShardRows.Of(all, shard, Learner.Shards).Select(pair => new[] { 2 * pair, 2 * pair + 1 })];
            Learner.Learn(shard, NetworkOutput.Scores, sequences, pairs, temperature: 1, (_, scores, _) =>
            {
                var gradient = new float[scores.Length];
                for (var i = 0; i < scores.Length; i += 2)
                {
                    var (l, byChosen, byRejected) = BradleyTerry.Loss(scores[i], scores[i + 1], centering: _centering);
                    loss += l / batch.Count;
                    right += scores[i] > scores[i + 1] ? 1 : 0;
                    (gradient[i], gradient[i + 1]) = ((float)(byChosen / batch.Count), (float)(byRejected / batch.Count));
                }
                return gradient;
            });
            return (Loss: loss, Right: right);
        });
        return new RewardModelStep(parts.Sum(part => part.Loss),
            (double)parts.Sum(part => part.Right) / batch.Count, Learner.Apply(learningRate, maxNorm));
    }

    /// <inheritdoc/>
    public void Dispose() => Learner.Dispose();
}
