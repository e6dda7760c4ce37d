namespace ActorRlhf.Models.Tokenizers;

/// <summary>Turns text into token ids and back.</summary>
/// <remarks>
/// Implementations are immutable and thread-safe. Special tokens never
/// come out of text: whatever a user types is encoded as plain pieces.
/// </remarks>
public interface ITokenizer
{
    /// <summary>Number of token ids, V.</summary>
    int VocabularySize { get; }
    /// <summary>Begin of sequence.</summary>
    int BosTokenId { get; }
    /// <summary>End of sequence; ends a completion.</summary>
    int EosTokenId { get; }
    /// <summary>Padding; never equal to <see cref="EosTokenId"/>.</summary>
    int PadTokenId { get; }

    /// <summary>The ids a policy continues, never none: BOS where the tokenizer puts it, the prompt, and any separator.</summary>
    int[] EncodePrompt(string prompt);

    /// <summary>The ids of a completion's text, without any special token.</summary>
    int[] EncodeCompletion(string completion);

    /// <summary>The text of ids; special tokens are left out.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside the vocabulary.</exception>
    string Decode(ReadOnlySpan<int> tokenIds);

    /// <summary>Writes the tokenizer's files into a model folder.</summary>
    void Save(string directory);
}
