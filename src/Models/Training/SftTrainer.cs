using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Training;

/// <summary>What one SFT update did.</summary>
/// <param name="Loss">Mean cross entropy of the completion tokens before the update, nats.</param>
/// <param name="GradientNorm">Before clipping; not finite if the update was not applied.</param>
/// <param name="Tokens">Completion tokens.</param>
public sealed record SftStep(double Loss, double GradientNorm, int Tokens);

/// <summary>Supervised fine-tuning, from scratch or from a pretrained model: cross entropy on the completion tokens alone.</summary>
public sealed class SftTrainer : IDisposable
{
    readonly ComputeWorkers _workers;

    /// <param name="weights">Taken over and changed.</param>
    /// <param name="adam">The optimiser's constants.</param>
    /// <param name="shards">Parts of a batch.</param>
    /// <param name="workers">Where the work runs.</param>
    /// <param name="engine">Computes.</param>
    public SftTrainer(ModelWeights weights, AdamOptions adam, int shards, ComputeWorkers workers, IEngine engine) =>
        (Learner, _workers) = (
            new Learner(weights, adam, shards, workers, engine, new GradientBuffers(weights.Data.Length)), workers);

    /// <summary>The model under training.</summary>
    public Learner Learner { get; }

    /// <summary>One update.</summary>
    /// <param name="batch">Prompts and completions, EOS included.</param>
    /// <param name="learningRate">The rate of this update.</param>
    /// <param name="maxNorm">Largest gradient norm.</param>
    /// <exception cref="ArgumentException">A sequence is not one of the model's, or the batch has no completion token.</exception>
    public SftStep Step(IReadOnlyList<TokenSequence> batch, double learningRate, double maxNorm)
    {
        InputCheck.Scoring(batch, Learner.Weights.Config);
        var tokens = batch.Sum(sequence => sequence.CompletionLength);
        if (tokens == 0) throw new ArgumentException($"none of the {batch.Count} sequences has a completion token to learn from");
        var rows = Enumerable.Range(0, batch.Count).ToArray();
        Learner.Begin();
        var losses = _workers.Map(Learner.Shards, shard =>
        {
            var loss = 0.0;
            var units = ShardRows.Units(ShardRows.Of(rows, shard, Learner.Shards));
            Learner.Learn(shard, NetworkOutput.LogProbs, batch, units, temperature: 1, (_, logProbs, _) =>   // (R)
            {
                loss -= logProbs.Sum(logProb => (double)logProb) / tokens;
                var gradient = new float[logProbs.Length];
                Array.Fill(gradient, -1f / tokens);
                return gradient;
            });
            return loss;
        });
        return new SftStep(losses.Sum(), Learner.Apply(learningRate, maxNorm), tokens);
    }

    /// <inheritdoc/>
    public void Dispose() => Learner.Dispose();
}
