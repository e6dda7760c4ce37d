using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Sampling;

/// <summary>Generates completions in batches with a key/value cache. Two engines: libtorch (any device) and the CPU decoder.</summary>
/// <remarks>Owns native memory; one caller at a time. Randomness and token choice: <see cref="TokenChooser"/>.</remarks>
public interface ISampler : IDisposable
{
    /// <summary>Takes a snapshot of a policy's weights; later changes to <paramref name="weights"/> do not reach the sampler.</summary>
    /// <exception cref="ArgumentException">The weights are not a language model's.</exception>
    void Load(ModelWeights weights);

    /// <summary>Samples one completion for every request.</summary>
    /// <returns>Completions in the order of the requests.</returns>
    /// <exception cref="InvalidOperationException">No weights were loaded.</exception>
    /// <exception cref="ArgumentException">
    /// A prompt is empty, holds an id outside the vocabulary, or leaves no position for a completion.
    /// </exception>
    /// <exception cref="NonFiniteLogitsException">A logit is NaN or infinite.</exception>
    IReadOnlyList<Completion> Generate(IReadOnlyList<SampleRequest> requests, SamplingOptions options);
}
