using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>A model's weights as both ways read them, by many threads at once.</summary>
sealed class TrainedWeights : IDisposable
{
    float[]? _back;

    /// <summary>No weights.</summary>
    public TrainedWeights(LlamaConfig config, HeadKind head)
    {
        Forward = new TrunkWeights(config, head);
        var layout = ModelLayout.Of(config, head);
        int At(string name) => layout.Single(parameter => parameter.Name == name).Offset;
        Layers = [.. Enumerable.Range(0, config.Layers).Select(layer => LayerOffsets.Of(layout, layer))];
        (EmbeddingAt, FinalNormAt, OutputAt) = (At(ModelLayout.Embedding), At("model.norm.weight"), At(Forward.OutputName));
        BiasAt = head is HeadKind.Scalar ? At(ModelLayout.ScoreBias) : null;
    }

    /// <summary>The weights on the way forward.</summary>
    public TrunkWeights Forward { get; }
    /// <summary>The weights on the way back: as the optimiser keeps them.</summary>
    /// <exception cref="InvalidOperationException">There are none: nothing was loaded, or it was disposed.</exception>
    public float[] Back => _back ?? throw new InvalidOperationException("load weights before computing with them");

    /// <summary>Where the layers' parameters begin.</summary>
    public LayerOffsets[] Layers { get; }
    /// <summary>Where the embedding begins.</summary>
    public int EmbeddingAt { get; }
    /// <summary>Where the last norm begins.</summary>
    public int FinalNormAt { get; }
    /// <summary>Where the head begins.</summary>
    public int OutputAt { get; }
    /// <summary>Where a scalar head's bias is.</summary>
    public int? BiasAt { get; }

    /// <summary>Takes over weights of the same shape, which do not change until the next; the caller is none of the workers.</summary>
    public void Load(ModelWeights weights, ComputeWorkers workers)
    {
        _back = weights.Data;
        workers.Run(Forward.Layers.Length + 1, part =>
        {
            if (part == 0) Forward.LoadEnds(weights);
            else Forward.Layers[part - 1].Load(weights);
        });
    }

    public void Dispose()
    {
        _back = null;
        Forward.Dispose();
    }
}
