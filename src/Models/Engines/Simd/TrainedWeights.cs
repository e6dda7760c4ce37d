using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>A model's weights as both ways read them, by many threads at once.</summary>
sealed class TrainedWeights : IDisposable
{
    /// <summary>Zero weights.</summary>
    public TrainedWeights(LlamaConfig config, HeadKind head)
    {
        Forward = new TrunkWeights(config, head);
        var layout = ModelLayout.Of(config, head);
        int At(string name) => layout.Single(parameter => parameter.Name == name).Offset;
        Layers = [.. Forward.Layers.Select((layer, i) => new TrainedLayer(config, Forward.Shape, layer, layout, i))];
        OutputBack = new PackedMatrix(config.HiddenSize, Forward.Shape.OutputWidth);
        (EmbeddingAt, FinalNormAt, OutputAt) = (At(ModelLayout.Embedding), At("model.norm.weight"), At(Forward.OutputName));
        BiasAt = head is HeadKind.Scalar ? At(ModelLayout.ScoreBias) : null;
    }

    /// <summary>The weights on the way forward.</summary>
    public TrunkWeights Forward { get; }
    /// <summary>The layers.</summary>
    public TrainedLayer[] Layers { get; }
    /// <summary>From the head's outputs to the last norm.</summary>
    public PackedMatrix OutputBack { get; }

    /// <summary>Where the embedding's gradient is.</summary>
    public int EmbeddingAt { get; }
    /// <summary>Where the last norm's gradient is.</summary>
    public int FinalNormAt { get; }
    /// <summary>Where the head's gradient is.</summary>
    public int OutputAt { get; }
    /// <summary>Where the gradient of a scalar head's bias is.</summary>
    public int? BiasAt { get; }

    /// <summary>Copies weights of the same shape in; the caller is none of the workers.</summary>
    public void Load(ModelWeights weights, ComputeWorkers workers) => workers.Run(Layers.Length + 1, part =>
    {
        if (part > 0)
        {
            Layers[part - 1].Load(weights);
            return;
        }
        Forward.LoadEnds(weights);
        OutputBack.PackTransposed(0, weights[Forward.OutputName], Forward.Config.HiddenSize);
    });

    public void Dispose()
    {
        foreach (var layer in Layers) layer.Dispose();
        Forward.Dispose();
        OutputBack.Dispose();
    }
}
