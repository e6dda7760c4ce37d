namespace ActorRlhf.Models.Engines.Simd;

/// <summary>
/// Where a lane gets sequences from and takes their outputs to. Shared
/// by all lanes of a call; its methods are called from several threads.
/// </summary>
interface ITrunkWork
{
    /// <summary>Number of sequences.</summary>
    int Count { get; }

    /// <summary>The next sequence nobody has taken; null when there is none left.</summary>
    TrunkSequence? Take();

    /// <summary>Receives what the head computed at one position, positions in ascending order.</summary>
    /// <param name="sequence">Whose output; appending a token keeps it live.</param>
    /// <param name="position">The token's position in the sequence.</param>
    /// <param name="output">Logits (V), or the score (1); valid during the call.</param>
    void Receive(TrunkSequence sequence, int position, ReadOnlySpan<float> output);
}
