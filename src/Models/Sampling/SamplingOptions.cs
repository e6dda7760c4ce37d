using ActorRlhf.Models.Randomness;

namespace ActorRlhf.Models.Sampling;

/// <summary>How tokens are chosen.</summary>
public sealed record SamplingOptions
{
    /// <summary>Most response tokens, EOS included.</summary>
    public required int MaxTokens { get; init; }
    /// <summary>Ends a completion and belongs to it.</summary>
    public required int EosTokenId { get; init; }
    /// <summary>Further tokens that do, of models that have several.</summary>
    public IReadOnlyList<int> MoreEosTokenIds { get; init; } = [];
    /// <summary>Only smaller ids are chosen: a model may have more rows than its tokenizer tokens. Log-probs are over all rows.</summary>
    public int VocabularySize { get; init; } = int.MaxValue;
    /// <summary>The run's seed.</summary>
    public ulong Seed { get; init; }
    /// <summary>What the draws are for.</summary>
    public Purpose Purpose { get; init; } = Purpose.Generate;
    /// <summary>Divides the logits; positive. Log-probs are those of the divided logits.</summary>
    public double Temperature { get; init; } = 1;
    /// <summary>Keep the k most likely tokens; 0 keeps all. Ties are broken by the smaller id.</summary>
    public int TopK { get; init; }
    /// <summary>Keep the smallest set of most likely tokens whose probability reaches p; 1 keeps all.</summary>
    public double TopP { get; init; } = 1;
    /// <summary>Always the most likely token (the smaller id on a tie); nothing is drawn.</summary>
    public bool Greedy { get; init; }

    /// <summary>Whether a token ends a completion.</summary>
    internal bool Ends(int token) => token == EosTokenId || MoreEosTokenIds.Count > 0 && MoreEosTokenIds.Contains(token);
}
