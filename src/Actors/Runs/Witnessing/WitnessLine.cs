using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;

namespace ActorRlhf.Actors.Runs.Witnessing;

/// <summary>What a witness is told: a line of JSON.</summary>
/// <param name="Run">Whose log.</param>
/// <param name="Sequence">The last event that was stored of its training stream.</param>
/// <param name="Hash">Its hash, in which everything before it is.</param>
/// <param name="Time">When it was told, UTC.</param>
sealed record WitnessLine(string Run, long Sequence, ContentHash Hash, DateTimeOffset Time)
{
    /// <summary>The line with its end.</summary>
    public byte[] ToBytes() => JsonLines.Write([this]);
}
