using ActorRlhf.Models.Data;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>A network of our own kernels. What tokens are computed together decides no bit of a result.</summary>
sealed unsafe class SimdNetwork(LlamaConfig config, HeadKind head) : INetwork
{
    /// <summary>Tokens that are computed together: many for each weight that is loaded, few enough for the caches.</summary>
    const int FewestTokens = 256;

    readonly TrainedTrunk _trunk = new(config, head);
    TrunkTape? _tape;

    public void Load(ModelWeights weights)
    {
        if (weights.Head != head || weights.Config != config)
            throw new ArgumentException(
                $"the network is a {head} with {config}, the weights are for a {weights.Head} with {weights.Config}; "
                + "load weights of one model into a network of that model");
        _trunk.Load(weights);
    }

    public IEnumerable<int[]> Groups(IReadOnlyList<TokenSequence> sequences, IReadOnlyList<int[]> units, NetworkOutput output)
    {
        var (group, tokens) = (new List<int>(), 0);
        foreach (var unit in units)
        {
            var more = unit.Sum(row => TokenRows.Length(sequences[row], output));
            if (tokens > 0 && tokens + more > FewestTokens)
            {
                yield return [.. group];
                (group, tokens) = ([], 0);
            }
            group.AddRange(unit);
            tokens += more;
        }
        if (group.Count > 0) yield return [.. group];
    }

    public float[] Read(NetworkOutput output, IReadOnlyList<TokenSequence> sequences, int[] rows, double temperature)
    {
        var (tokens, tape) = Forward(output, sequences, rows);
        return output is NetworkOutput.LogProbs or NetworkOutput.LogProbsAndEntropy
            ? LogProbs(tokens, tape, temperature, [], out _)
            : Column(tape.Outputs, tokens.Outputs);
    }

    public void Learn(NetworkOutput output, IReadOnlyList<TokenSequence> sequences, int[] rows, double temperature, LossGradient gradient)
    {
        var (tokens, tape) = Forward(output, sequences, rows);
        if (output is NetworkOutput.LogProbs or NetworkOutput.LogProbsAndEntropy)
        {
            var entropies = output is NetworkOutput.LogProbsAndEntropy ? new float[tokens.Outputs] : [];
            var logProbs = LogProbs(tokens, tape, temperature, entropies, out var totals);
            LogSoftmax.Backward(
                tape.Outputs, _trunk.Shape.Output, tokens.Targets, temperature, totals, gradient(rows, logProbs, entropies));
        }
        else
        {
            var byOutput = gradient(rows, Column(tape.Outputs, tokens.Outputs), []);
            for (var row = 0; row < tokens.Outputs; row++) tape.Outputs[(long)row * _trunk.Shape.Output] = byOutput[row];
        }
        _trunk.Backward(tokens, tape);
    }

    public void ZeroGradients() => _trunk.ZeroGradients();

    public void AddGradientsTo(float[] sum) => _trunk.AddGradientsTo(sum);

    public void Dispose()
    {
        _trunk.Dispose();
        _tape?.Dispose();
    }

    (TokenRows Tokens, TrunkTape Tape) Forward(NetworkOutput output, IReadOnlyList<TokenSequence> sequences, int[] rows)
    {
        var tokens = new TokenRows(sequences, rows, output);
        if (_tape is null || _tape.Capacity < tokens.Tokens.Length)
        {
            _tape?.Dispose();
            _tape = new TrunkTape(_trunk.Shape, config, Math.Max(FewestTokens, tokens.Tokens.Length));
        }
        _trunk.Forward(tokens, _tape);
        return (tokens, _tape);
    }

    float[] LogProbs(TokenRows tokens, TrunkTape tape, double temperature, float[] entropies, out double[] totals)
    {
        var logProbs = new float[tokens.Outputs];
        totals = new double[tokens.Outputs];
        LogSoftmax.Forward(
            tape.Outputs, _trunk.Shape.Output, tokens.Targets, config.VocabularySize, temperature, logProbs, totals, entropies);
        return logProbs;
    }

    float[] Column(float* outputs, int rows)
    {
        var column = new float[rows];
        for (var row = 0; row < rows; row++) column[row] = outputs[(long)row * _trunk.Shape.Output];
        return column;
    }
}
