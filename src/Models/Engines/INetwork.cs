using ActorRlhf.Models.Compute;
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

/// <summary>A model's forward and backward passes, on one copy of its weights for all threads.</summary>
/// <remarks>
/// A call of <see cref="Read"/> or <see cref="Learn"/> computes on the thread that makes it, and any number of threads may make one
/// at the same time. It cuts its rows into groups that are computed together; where that decides bits of a result, the cut depends on
/// the rows alone. Legend: B rows, R completion tokens of all of them.
/// </remarks>
interface INetwork : IDisposable
{
    /// <summary>Takes over weights for the calls to come; nobody may be computing.</summary>
    /// <param name="weights">Of the network's shape; they do not change until the next are loaded.</param>
    /// <param name="workers">Share the work; the caller is none of them.</param>
    /// <exception cref="ArgumentException">The weights are of another shape or head.</exception>
    void Load(ModelWeights weights, ComputeWorkers workers);

    /// <summary>Outputs without gradients.</summary>
    /// <param name="output">What is read.</param>
    /// <param name="sequences">The list that the rows are of.</param>
    /// <param name="units">The rows, as for <see cref="Learn"/>.</param>
    /// <param name="temperature">Divides the logits.</param>
    /// <param name="read">Gets each group's rows and its outputs, as in <see cref="LossGradient"/>.</param>
    void Read(
        NetworkOutput output, IReadOnlyList<TokenSequence> sequences, IReadOnlyList<int[]> units, double temperature,
        Action<int[], float[]> read);

    /// <summary>Group after group a forward pass, the loss's derivative, and a backward pass.</summary>
    /// <param name="output">What the loss reads.</param>
    /// <param name="sequences">The list that the rows are of.</param>
    /// <param name="units">The rows, those together that the loss reads together: one, or both of a comparison.</param>
    /// <param name="temperature">Divides the logits.</param>
    /// <param name="gradient">The loss's derivative by what it reads.</param>
    /// <param name="sum">Receives the gradient in the layout of the weights; what is there does not matter.</param>
    void Learn(
        NetworkOutput output, IReadOnlyList<TokenSequence> sequences, IReadOnlyList<int[]> units, double temperature,
        LossGradient gradient, Span<float> sum);
}
