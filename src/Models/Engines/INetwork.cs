using ActorRlhf.Models.Data;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Engines;

/// <summary>What a loss reads of a network.</summary>
enum NetworkOutput
{
    /// <summary>The log-prob of each completion token under the logits divided by the temperature; (R), nats.</summary>
    LogProbs,
    /// <summary>The same, and the entropy of each distribution; through the entropy no gradient flows.</summary>
    LogProbsAndEntropy,
    /// <summary>The scalar head before each completion token: a critic's values; (R).</summary>
    Values,
    /// <summary>The scalar head at the last token of each row: a reward model's scores; (B).</summary>
    Scores,
}

/// <summary>The derivative of a loss by each output of a network.</summary>
/// <param name="rows">(B) the rows that were computed.</param>
/// <param name="outputs">Row after row: (R) numbers, one per completion token, or (B) scores.</param>
/// <param name="entropies">(R) nats; empty unless they were asked for.</param>
/// <returns>As many numbers as outputs, float32.</returns>
delegate float[] LossGradient(int[] rows, float[] outputs, float[] entropies);

/// <summary>One copy of a model for one thread: forward and backward passes, whose gradients add up.</summary>
/// <remarks>
/// A network computes on the thread that calls it, one call at a time. Legend: B rows, R completion tokens of all of them.
/// </remarks>
interface INetwork : IDisposable
{
    /// <summary>Takes over weights, which are copied.</summary>
    /// <exception cref="ArgumentException">The weights are of another shape or head.</exception>
    void Load(ModelWeights weights);

    /// <summary>Cuts rows into those that are computed together.</summary>
    /// <param name="sequences">The list that the rows are of.</param>
    /// <param name="units">Rows that a loss reads together: one, or both of a comparison.</param>
    /// <param name="output">What is read.</param>
    IEnumerable<int[]> Groups(IReadOnlyList<TokenSequence> sequences, IReadOnlyList<int[]> units, NetworkOutput output);

    /// <summary>Outputs without gradients, as in <see cref="LossGradient"/>.</summary>
    float[] Read(NetworkOutput output, IReadOnlyList<TokenSequence> sequences, int[] rows, double temperature);

    /// <summary>A forward pass over rows, the loss's derivative, and a backward pass.</summary>
    void Learn(NetworkOutput output, IReadOnlyList<TokenSequence> sequences, int[] rows, double temperature, LossGradient gradient);

    /// <summary>Forgets the gradients of earlier passes.</summary>
    void ZeroGradients();

    /// <summary>Adds the gradients since <see cref="ZeroGradients"/> to numbers in the layout of the weights.</summary>
    void AddGradientsTo(float[] sum);
}
