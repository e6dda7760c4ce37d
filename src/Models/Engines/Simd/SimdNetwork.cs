using System.Collections.Concurrent;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>A network of our own kernels: one copy of the weights, and one of the passes for each thread that computes.</summary>
/// <param name="config">The model's shape.</param>
/// <param name="head">Language model or scalar.</param>
/// <param name="passes">Those that nobody uses now; networks of one shape may share them.</param>
/// <param name="together">
/// About how many tokens are computed together: many for each weight that is loaded, few enough for the caches. It decides no bit of a
/// result but of the gradient of tied embeddings, to which each group adds as the head and then as the embedding.
/// </param>
sealed unsafe class SimdNetwork(
    LlamaConfig config, HeadKind head, ConcurrentBag<TrainedTrunk> passes, int together = SimdNetwork.Together) : INetwork
{
    // 128 and 512 are as fast. Whoever changes it changes how models with tied embeddings train.
    const int Together = 256;

    readonly TrainedWeights _weights = new(config, head);

    public void Load(ModelWeights weights, ComputeWorkers workers)
    {
        weights.ThrowUnlessFor(config, head);
        _weights.Load(weights, workers);
    }

    public void Read(NetworkOutput output, IReadOnlyList<TokenSequence> sequences, IReadOnlyList<int[]> units, double temperature,
        Action<int[], float[]> read)
    {
        _ = _weights.Back;                            // throws where there are none
        var trunk = Rent();
        try
        {
            foreach (var group in Groups(sequences, units, output))
            {
                var tokens = new TokenRows(sequences, group, output);
                var outputs = trunk.Forward(_weights.Forward, tokens);
                read(group, output is NetworkOutput.LogProbs or NetworkOutput.LogProbsAndEntropy
                    ? LogProbs(tokens, outputs, temperature, [], out _)
                    : Column(outputs, tokens.Outputs));
            }
        }
        finally { passes.Add(trunk); }
    }

    public void Learn(NetworkOutput output, IReadOnlyList<TokenSequence> sequences, IReadOnlyList<int[]> units, double temperature,
        LossGradient gradient, Span<float> sum)
    {
        var back = _weights.Back;
        var trunk = Rent();
        try
        {
            trunk.Begin(sum);
            fixed (float* weights = back, target = sum)
                foreach (var group in Groups(sequences, units, output))
                    Learn(trunk, output, new TokenRows(sequences, group, output), group, temperature, gradient, weights, target);
            trunk.End(_weights, sum);
        }
        finally { passes.Add(trunk); }
    }

    public void Dispose()
    {
        _weights.Dispose();
        // Whoever shares them and goes on makes new ones.
        while (passes.TryTake(out var trunk)) trunk.Dispose();
    }

    int Stride => _weights.Forward.Shape.Output;

    TrainedTrunk Rent() => passes.TryTake(out var trunk) ? trunk : new TrainedTrunk(config);

    void Learn(TrainedTrunk trunk, NetworkOutput output, TokenRows tokens, int[] group, double temperature,
        LossGradient gradient, float* weights, float* sum)
    {
        var outputs = trunk.Forward(_weights.Forward, tokens);
        if (output is NetworkOutput.LogProbs or NetworkOutput.LogProbsAndEntropy)
        {
            var entropies = output is NetworkOutput.LogProbsAndEntropy ? new float[tokens.Outputs] : [];
            var logProbs = LogProbs(tokens, outputs, temperature, entropies, out var totals);
            LogSoftmax.Backward(outputs, Stride, tokens.Targets, temperature, totals, gradient(group, logProbs, entropies));
        }
        else
        {
            var byOutput = gradient(group, Column(outputs, tokens.Outputs), []);
            for (var row = 0; row < tokens.Outputs; row++) outputs[(long)row * Stride] = byOutput[row];
        }
        trunk.Backward(_weights, tokens, weights, sum);
    }

    /// <summary>Cuts units into groups of about as many tokens.</summary>
    IEnumerable<int[]> Groups(IReadOnlyList<TokenSequence> sequences, IReadOnlyList<int[]> units, NetworkOutput output)
    {
        int Tokens(int[] unit) => unit.Sum(row => TokenRows.Length(sequences[row], output));
        var all = Math.Max(1, units.Sum(Tokens));
        var groups = Math.Max(1, (all + together / 2) / together);
        var (group, before, done) = (new List<int>(), 0, 0);
        foreach (var unit in units)
        {
            var half = Tokens(unit) / 2;
            // The unit belongs to the group in whose share of the tokens its middle lies.
            if (group.Count > 0 && (long)(before + half) * groups >= (done + 1L) * all)
            {
                yield return [.. group];
                group.Clear();
                done = (int)((long)(before + half) * groups / all);
            }
            group.AddRange(unit);
            before += Tokens(unit);
        }
        if (group.Count > 0) yield return [.. group];
    }

    float[] LogProbs(TokenRows tokens, float* outputs, double temperature, float[] entropies, out double[] totals)
    {
        var logProbs = new float[tokens.Outputs];
        totals = new double[tokens.Outputs];
        LogSoftmax.Forward(outputs, Stride, tokens.Targets, config.VocabularySize, temperature, logProbs, totals, entropies);
        return logProbs;
    }

    float[] Column(float* outputs, int rows)
    {
        var column = new float[rows];
        for (var row = 0; row < rows; row++) column[row] = outputs[(long)row * Stride];
        return column;
    }
}
