using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Host.Tests.Inquiry;

/// <summary>Says the same, whatever it is asked.</summary>
sealed class RecitingSampler(int[] ids, StopReason stop) : ISampler
{
    /// <summary>What it was asked last.</summary>
    public IReadOnlyList<SampleRequest> Asked { get; private set; } = [];

    /// <summary>How.</summary>
    public SamplingOptions? Options { get; private set; }

    public void Load(ModelWeights weights) { }

    public IReadOnlyList<Completion> Generate(IReadOnlyList<SampleRequest> requests, SamplingOptions options)
    {
        (Asked, Options) = (requests, options);
        return [.. requests.Select(_ => new Completion(ids, new float[ids.Length], stop))];
    }

    public void Dispose() { }
}
