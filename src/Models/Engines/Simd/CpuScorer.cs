using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>
/// Scores given tokens on the CPU with the decoder's kernels: log-probs under
/// a language model, rewards under a scalar model. No gradients.
/// </summary>
/// <remarks>
/// A sequence's numbers have the same bits in every batch, order and number of threads, and
/// its log-probs are those that <see cref="CpuDecoder"/> reported when it sampled the
/// tokens at the same temperature from the same weights, bit for bit. One caller at a time.
/// </remarks>
public sealed class CpuScorer : IDisposable
{
    readonly CpuEngine _engine;

    /// <param name="workers">Threads that do the work; not disposed here.</param>
    public CpuScorer(ComputeWorkers workers) => _engine = new CpuEngine(workers);

    /// <summary>Takes a snapshot of a model's weights.</summary>
    /// <exception cref="ObjectDisposedException">The scorer was disposed.</exception>
    public void Load(ModelWeights weights) => _engine.Load(weights);

    /// <summary>Log-prob of every response token under the logits divided by the temperature.</summary>
    /// <returns>For each sequence its response tokens' log-probs in nats, float32 (length − prompt length).</returns>
    /// <exception cref="ArgumentException">The temperature or a sequence is not valid.</exception>
    /// <exception cref="InvalidOperationException">No language model is loaded.</exception>
    /// <exception cref="NonFiniteLogitsException">A logit is NaN or infinite.</exception>
    public IReadOnlyList<float[]> LogProbs(IReadOnlyList<TokenSequence> sequences, double temperature)
    {
        InputCheck.Temperature(temperature);
        return Run(HeadKind.LanguageModel, sequences, Predicting, (index, position, logits) =>
        {
            var (ids, prompt) = sequences[index];
            return TokenChooser.LogProb(logits, ids[position + 1], temperature, index, position - (prompt - 1));
        });
    }

    /// <summary>The scalar head at each sequence's last token: the reward of a whole completion.</summary>
    /// <returns>
    /// One float32 a sequence. A network that is not finite gives a score
    /// that is not finite: whose failure that is, the caller knows.
    /// </returns>
    /// <exception cref="ArgumentException">A sequence is not valid.</exception>
    /// <exception cref="InvalidOperationException">No scalar model is loaded.</exception>
    public float[] Scores(IReadOnlyList<TokenSequence> sequences) =>
        [.. Run(HeadKind.Scalar, sequences, Last, (_, _, output) => output[0]).Select(numbers => numbers[0])];

    /// <summary>Frees all memory; a second call does nothing.</summary>
    public void Dispose() => _engine.Dispose();

    static Range Last(TokenSequence sequence) => (sequence.TokenIds.Length - 1)..sequence.TokenIds.Length;

    static Range Predicting(TokenSequence sequence) => (sequence.PromptLength - 1)..(sequence.TokenIds.Length - 1);

    IReadOnlyList<float[]> Run(
        HeadKind head, IReadOnlyList<TokenSequence> sequences, Func<TokenSequence, Range> positions, ScoreWork.Number number)
    {
        var trunk = _engine.Trunk;
        if (trunk.Head != head) throw new InvalidOperationException($"the loaded weights have a {trunk.Head} head; this needs {head}");
        InputCheck.Scoring(sequences, trunk.Config);
        var work = new ScoreWork(sequences, positions, number);
        _engine.Run(work);
        return work.Numbers;
    }
}
