using ActorRlhf.Models.Sampling;

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

    /// <summary>Whether no sequence is left to take.</summary>
    bool IsTaken { get; }

    /// <summary>Receives what the head computed: logits (V) or a score (1) at each output; a sequence's positions come in order.</summary>
    /// <remarks>Appending a token to a sequence keeps it live.</remarks>
    /// <param name="batch">Whose outputs; valid during the call.</param>
    /// <returns>
    /// The failure of the lowest request, then position; null when none failed. A failed sequence
    /// stops (<see cref="TrunkSequence.Stop"/>), the others go on, so that the failure reported does not depend on timing.
    /// </returns>
    NonFiniteLogitsException? Receive(TrunkBatch batch);
}
