using System.Collections.Concurrent;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>A sequence on its way through the trunk.</summary>
/// <param name="index">Its place in the caller's list.</param>
/// <param name="tokens">Token ids; the caller may append while the sequence is live.</param>
/// <param name="firstOutput">The first position whose output is wanted; every later one is wanted too.</param>
/// <param name="mostPositions">The most positions that will be computed, for the cache.</param>
sealed class TrunkSequence(int index, List<int> tokens, int firstOutput, int mostPositions)
{
    /// <summary>Its place in the caller's list.</summary>
    public int Index => index;
    /// <summary>Token ids, prompt and response.</summary>
    public List<int> Tokens => tokens;
    /// <summary>The first position whose output is wanted.</summary>
    public int FirstOutput => firstOutput;
    /// <summary>The most positions that will be computed.</summary>
    public int MostPositions => mostPositions;
    /// <summary>Positions computed or in the batch; the sequence is complete when it equals the number of tokens.</summary>
    public int Fed { get; set; }
    /// <summary>Its keys and values, while it is live.</summary>
    public KeyValueCache? Cache { get; set; }
    /// <summary>Where they go when it is complete.</summary>
    public ConcurrentStack<KeyValueCache>? Home { get; set; }

    /// <summary>Makes it complete, whatever is missing.</summary>
    public void Stop() => Fed = tokens.Count;
}
