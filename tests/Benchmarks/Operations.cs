using ActorRlhf.Models.Llama;

namespace ActorRlhf.Benchmarks;

/// <summary>Multiplications and additions that a model's matrices and attention need; norms and the like are not counted.</summary>
static class Operations
{
    /// <summary>Of the forward pass over one sequence; training takes three times as many.</summary>
    /// <param name="config">The model.</param>
    /// <param name="length">Tokens that go through the layers.</param>
    /// <param name="outputs">How many of them go through the head.</param>
    /// <param name="width">Numbers of an output.</param>
    public static double Forward(LlamaConfig config, int length, int outputs, int width)
    {
        double c = config.HiddenSize, keyValue = config.KeyValueHeads * config.HeadSize;
        var layer = length * (2 * c * c + 2 * c * keyValue + 3 * c * config.IntermediateSize);
        // A token attends to itself and all before it, once with keys and once with values.
        var attention = c * length * (length + 1.0);
        return 2 * (config.Layers * (layer + attention) + c * outputs * width);
    }
}
