using ActorRlhf.Models.Llama;

namespace ActorRlhf.Models.Weights;

/// <summary>All parameters of one model in one managed float32 array: what messages carry, optimisers change and files hold.</summary>
/// <remarks>
/// Networks on a device and the CPU decoder are loaded from it; no tensor leaves the
/// thread that owns it. Not synchronised: whoever shares an instance does not write to it.
/// </remarks>
public sealed class ModelWeights
{
    /// <summary>Creates zero weights for a shape.</summary>
    public ModelWeights(LlamaConfig config, HeadKind head)
    {
        (Config, Head, Layout) = (config, head, ModelLayout.Of(config, head));
        Data = new float[Layout.Sum(parameter => parameter.Length)];
    }

    /// <summary>The model's shape.</summary>
    public LlamaConfig Config { get; }
    /// <summary>Language model or scalar.</summary>
    public HeadKind Head { get; }
    /// <summary>Every parameter, in the order of <see cref="Data"/>.</summary>
    public IReadOnlyList<ParameterSpec> Layout { get; }
    /// <summary>All elements, float32.</summary>
    public float[] Data { get; }

    /// <summary>The elements of one parameter.</summary>
    /// <exception cref="KeyNotFoundException">The model has no such parameter.</exception>
    public Span<float> this[string name]
    {
        get
        {
            var parameter = Layout.FirstOrDefault(p => p.Name == name)
                ?? throw new KeyNotFoundException($"the model has no parameter '{name}'");
            return Data.AsSpan(parameter.Offset, parameter.Length);
        }
    }

    /// <summary>Refuses to be loaded into a network of another model; an equal number of parameters is not enough.</summary>
    /// <exception cref="ArgumentException">The shape or the head is another.</exception>
    internal void ThrowUnlessFor(LlamaConfig config, HeadKind head)
    {
        if (Head != head || Config != config)
            throw new ArgumentException(
                $"the network is a {head} with {config}, the weights are for a {Head} with {Config}; "
                + "load weights of one model into a network of that model");
    }

    /// <summary>An independent copy.</summary>
    public ModelWeights Clone()
    {
        var copy = new ModelWeights(Config, Head);
        Data.CopyTo(copy.Data, 0);
        return copy;
    }
}
