using ActorRlhf.Models.Llama;

namespace ActorRlhf.Benchmarks;

/// <summary>Multiplications and additions that a model's matrices and attention need; norms and the like are not counted.</summary>
static class Operations
{
    /// <summary>Of the forward pass over one sequence; training takes three times as many.</summary>
    /// <param name="config">The model.</param>
    /// <param name="length">Tokens that go through the layers.</param>
    /// <param name="outputs">How many of them, the last ones, go through the head.</param>
    /// <param name="width">Numbers of an output.</param>
    public static double Forward(LlamaConfig config, int length, int outputs, int width)
    {
        double c = config.HiddenSize, keyValue = config.KeyValueHeads * config.HeadSize;
        // A token attends to itself and all before it, once with keys and once with values: those of the last layer alone that are read.
        double Attention(int from) => c * (length * (length + 1.0) - from * (from + 1.0));
        double Layer(int tokens) => length * 2 * c * keyValue + tokens * (2 * c * c + 3 * c * config.IntermediateSize)
            + Attention(length - tokens);
        // Nobody asks the last layer for more than the outputs: only its keys and values, and with them its queries, are of all tokens.
        var last = Layer(outputs) + (length - outputs) * c * c;
        return 2 * ((config.Layers - 1) * Layer(length) + last + c * outputs * width);
    }
}
