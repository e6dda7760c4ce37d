namespace ActorRlhf.Models.Data;

/// <summary>A prompt and the completion that follows it.</summary>
/// <param name="TokenIds">Prompt ids, then completion ids (EOS included where it was sampled); no padding.</param>
/// <param name="PromptLength">Number of prompt ids, at least 1.</param>
public sealed record TokenSequence(int[] TokenIds, int PromptLength)
{
    /// <summary>Number of completion ids.</summary>
    public int CompletionLength => TokenIds.Length - PromptLength;

    /// <summary>Joins a prompt and a completion.</summary>
    public static TokenSequence Of(int[] promptIds, int[] completionIds) => new([.. promptIds, .. completionIds], promptIds.Length);
}
