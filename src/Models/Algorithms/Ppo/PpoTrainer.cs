using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Training;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Algorithms.Ppo;

/// <summary>PPO with a separate critic.</summary>
/// <remarks>
/// Source: Schulman et al. 2017 (arXiv 1707.06347); details of Huang et al. 2024 (arXiv 2403.17031). Policy and critic are two
/// learners whose shards run side by side. Only completion tokens enter a loss or a diagnostic.
/// </remarks>
public sealed class PpoTrainer : IDisposable
{
    readonly ComputeWorkers _workers;
    readonly Snapshot _policyBefore, _criticBefore;

    /// <param name="policy">Taken over and changed.</param>
    /// <param name="critic">Taken over and changed; a scalar model.</param>
    /// <param name="adam">Constants of both optimisers.</param>
    /// <param name="shards">Parts of a minibatch.</param>
    /// <param name="workers">Where the work runs.</param>
    /// <param name="engine">Computes.</param>
    /// <exception cref="ArgumentException">Policy and critic are of different shapes.</exception>
    public PpoTrainer(ModelWeights policy, ModelWeights critic, AdamOptions adam, int shards, ComputeWorkers workers, IEngine engine)
    {
        // Sequences are checked once, against the policy's vocabulary and positions.
        if (critic.Config != policy.Config)
            throw new ArgumentException($"the critic is {critic.Config}, expected the policy's shape, {policy.Config}", nameof(critic));
        var buffers = new GradientBuffers(Math.Max(policy.Data.Length, critic.Data.Length));
        Policy = new Learner(policy, adam, shards, workers, engine, buffers);
        Critic = new Learner(critic, adam, shards, workers, engine, buffers);
        (_policyBefore, _criticBefore, _workers) = (new Snapshot(Policy), new Snapshot(Critic), workers);
    }

    /// <summary>The policy.</summary>
    public Learner Policy { get; }
    /// <summary>The critic.</summary>
    public Learner Critic { get; }

    /// <summary>Log-probs and values of completions under the present weights: the step's "old" numbers.</summary>
    /// <remarks>
    /// The completions are batched as the first epoch's minibatches of <see cref="Update"/> are, because the last bits of libtorch's
    /// matrix products depend on their shape: so the first minibatch's ratios are exactly 1.
    /// </remarks>
    /// <param name="sequences">Prompts and completions of the step's episodes, in their order.</param>
    /// <param name="options">PPO's constants.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">The step, from 1.</param>
    /// <returns>(B)(T) nats, and (B)(T).</returns>
    /// <exception cref="ArgumentException">
    /// A sequence is not one of the model's, or the episodes cannot be cut into the minibatches.
    /// </exception>
    public (float[][] LogProbs, float[][] Values) Measure(IReadOnlyList<TokenSequence> sequences, PpoOptions options, ulong seed, int step)
    {
        InputCheck.Scoring(sequences, Policy.Weights.Config);
        var minibatches = Minibatches(sequences.Count, options, seed, step, epoch: 0);
        var (logProbs, values) = (new float[sequences.Count][], new float[sequences.Count][]);
        Both((learner, shard) =>
        {
            var (output, target) = learner == Policy ? (NetworkOutput.LogProbs, logProbs) : (NetworkOutput.Values, values);
            foreach (var rows in minibatches)
                learner.Read(output, sequences, ShardRows.Of(rows, shard, learner.Shards), options.Temperature, (group, numbers) =>
                    CompletionTokens.Scatter(numbers, sequences, group, target));
        });
        return (logProbs, values);
    }

    /// <summary>All epochs and minibatches of one step.</summary>
    /// <param name="episodes">The step's episodes.</param>
    /// <param name="options">PPO's constants.</param>
    /// <param name="learningRate">The policy's rate of the step.</param>
    /// <param name="seed">The run's seed; decides the order of the episodes.</param>
    /// <param name="step">The step, from 1.</param>
    /// <param name="criticLearningRate">The critic's rate of the step; null is the policy's.</param>
    /// <param name="before">The policy's present weights, where the caller has a copy that nobody changes; null makes one.</param>
    /// <returns>What was done. If something was not finite, the weights and optimisers are as before the step.</returns>
    /// <exception cref="ArgumentException">
    /// A sequence is not one of the model's, or the episodes cannot be cut into the minibatches.
    /// </exception>
    public PpoUpdate Update(IReadOnlyList<PpoEpisode> episodes, PpoOptions options,
        double learningRate, ulong seed, int step, double? criticLearningRate = null, ModelWeights? before = null)
    {
        InputCheck.Scoring([.. episodes.Select(episode => episode.Sequence)], Policy.Weights.Config);
        _policyBefore.Take(before);
        _criticBefore.Take(null);
        try { return AllEpochs(episodes, options, learningRate, criticLearningRate ?? learningRate, seed, step); }
        finally { _policyBefore.Forget(); }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Policy.Dispose();
        Critic.Dispose();
    }

    PpoUpdate AllEpochs(
        IReadOnlyList<PpoEpisode> episodes, PpoOptions options, double learningRate, double criticLearningRate, ulong seed, int step)
    {
        var done = new List<PpoMinibatch>();
        PpoUpdate Undo(string nonFinite)
        {
            _policyBefore.Restore();
            _criticBefore.Restore();
            return new PpoUpdate(done, nonFinite);
        }
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            foreach (var (m, index) in Minibatches(episodes.Count, options, seed, step, epoch).Index())
            {
                var (minibatch, nonFinite) = Step(episodes, index, options, learningRate, criticLearningRate, epoch, m);
                done.Add(minibatch);
                if (nonFinite is not null) return Undo(nonFinite);
            }
        }
        // The last minibatch's own update is seen by no later one.
        var overflown = NonFinite([Policy.Weights.Data], "policyWeights") ?? NonFinite([Critic.Weights.Data], "criticWeights");
        return overflown is null ? new PpoUpdate(done, null) : Undo(overflown);
    }

    (PpoMinibatch, string? NonFinite) Step(IReadOnlyList<PpoEpisode> episodes, int[] index,
        PpoOptions options, double learningRate, double criticLearningRate, int epoch, int minibatch)
    {
        var chosen = index.Select(i => episodes[i]).ToArray();
        var sequences = chosen.Select(episode => episode.Sequence).ToArray();
        var rows = Enumerable.Range(0, chosen.Length).ToArray();
        var tokens = chosen.Sum(episode => episode.OldLogProbs.Length);
        var (logProbs, values) = (new float[chosen.Length][], new float[chosen.Length][]);
        var entropies = new double[Policy.Shards];

        float[] PolicyGradient(int row)
        {
            var episode = chosen[row];
            var weight = LossWeights.PerToken(options.Aggregation, episode.OldLogProbs.Length, chosen.Length, tokens, options.MaxLength);
            return [.. logProbs[row].Select((logProb, t) =>
                (float)(weight * PpoLoss.Policy(
                    logProb, episode.OldLogProbs[t], episode.Advantages[t], options.Clip, options.DualClip).Derivative))];
        }
        float[] ValueGradient(int row)
        {
            var episode = chosen[row];
            return [.. values[row].Select((value, t) =>
                (float)(options.ValueCoefficient / tokens * PpoLoss.Value(
                    value, episode.OldValues[t], episode.Returns[t], options.ValueClip).Derivative))];
        }

        Policy.Begin();
        Critic.Begin();
        Both((learner, shard) =>
        {
            var units = ShardRows.Units(ShardRows.Of(rows, shard, learner.Shards));
            if (learner == Policy)
                learner.Learn(shard, NetworkOutput.LogProbsAndEntropy, sequences, units, options.Temperature, (group, outputs, nats) =>
                {
                    CompletionTokens.Scatter(outputs, sequences, group, logProbs);
                    entropies[shard] += nats.Sum(token => (double)token) / tokens;
                    return [.. group.SelectMany(PolicyGradient)];
                });
            else
                learner.Learn(shard, NetworkOutput.Values, sequences, units, options.Temperature, (group, outputs, _) =>
                {
                    CompletionTokens.Scatter(outputs, sequences, group, values);
                    return [.. group.SelectMany(ValueGradient)];
                });
        });

        var nonFinite = NonFinite(logProbs, "newLogProbs") ?? NonFinite(values, "newValues");
        var policyNorm = nonFinite is null ? Policy.Apply(learningRate, options.MaxGradientNorm) : double.NaN;
        var criticNorm = nonFinite is null ? Critic.Apply(criticLearningRate, options.MaxGradientNorm) : double.NaN;
        nonFinite ??= !double.IsFinite(policyNorm) ? "policyGradient" : !double.IsFinite(criticNorm) ? "criticGradient" : null;
        var numbers = PpoNumbers.Of(episodes, index, logProbs, values, options, entropies.Sum(), policyNorm, criticNorm);
        return (new PpoMinibatch(epoch, minibatch, index, logProbs, values, numbers), nonFinite);
    }

    static int[][] Minibatches(int episodes, PpoOptions options, ulong seed, int step, int epoch) =>
        episodes > 0 && episodes % options.Minibatches == 0
            ? MinibatchOrder.Of(seed, step, epoch, episodes, options.Minibatches)
            : throw new ArgumentException($"{episodes} episodes cannot be cut into {options.Minibatches} minibatches of one size; "
                + "choose a number of minibatches that divides them");

    /// <summary>Runs a job for every shard of both learners.</summary>
    void Both(Action<Learner, int> job) =>
        _workers.Run(Policy.Shards + Critic.Shards, i => job(i < Policy.Shards ? Policy : Critic, i % Policy.Shards));

    static string? NonFinite(float[][] numbers, string name) =>
        Array.TrueForAll(numbers, row => Array.TrueForAll(row, float.IsFinite)) ? null : name;

    /// <summary>A learner's state before a step, so that a step that fails half-way leaves nothing behind. Its memory is kept.</summary>
    sealed class Snapshot(Learner learner)
    {
        float[]? _own, _first, _second;
        float[] _weights = [];
        long _updates;

        /// <param name="copy">Of the present weights; null makes one.</param>
        public void Take(ModelWeights? copy)
        {
            _weights = copy?.Data ?? Copy(learner.Weights.Data, ref _own);
            Copy(learner.Optimizer.FirstMoment, ref _first);
            Copy(learner.Optimizer.SecondMoment, ref _second);
            _updates = learner.Optimizer.Updates;
        }

        public void Restore()
        {
            _weights.CopyTo(learner.Weights.Data, 0);
            _first!.CopyTo(learner.Optimizer.FirstMoment, 0);
            _second!.CopyTo(learner.Optimizer.SecondMoment, 0);
            learner.Optimizer.Updates = _updates;
            learner.WeightsChanged();
        }

        /// <summary>The step is over: what somebody else made of the weights is no longer needed.</summary>
        public void Forget() => _weights = [];

        static float[] Copy(float[] source, ref float[]? target)
        {
            target ??= new float[source.Length];
            source.CopyTo(target, 0);
            return target;
        }
    }
}
