namespace ActorRlhf.Models.Sampling;

/// <summary>Why a completion ended.</summary>
public enum StopReason
{
    /// <summary>A token that ends a text was sampled; it is the last one.</summary>
    Eos = 0,
    /// <summary>The token limit or the model's longest sequence was reached.</summary>
    Length = 1,
}

/// <summary>A sampled completion.</summary>
/// <param name="TokenIds">The sampled ids, EOS included, never padding; at least one.</param>
/// <param name="LogProbs">
/// Log-prob of each sampled token in nats, float32, under the logits divided by the temperature, before top-k and top-p.
/// </param>
/// <param name="StopReason">Why it ended.</param>
public sealed record Completion(int[] TokenIds, float[] LogProbs, StopReason StopReason);
