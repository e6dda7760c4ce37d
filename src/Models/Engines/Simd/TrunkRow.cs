namespace ActorRlhf.Models.Engines.Simd;

/// <summary>One token of a batch.</summary>
/// <param name="Sequence">The sequence it belongs to.</param>
/// <param name="Token">Its id.</param>
/// <param name="Position">Its position in the sequence, from 0.</param>
readonly record struct TrunkRow(TrunkSequence Sequence, int Token, int Position);
