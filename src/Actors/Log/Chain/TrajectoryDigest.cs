namespace ActorRlhf.Actors.Log.Chain;

/// <summary>A running digest over what made the weights and nothing else; equal for two runs of one recipe and seed.</summary>
/// <param name="Value">The digest so far.</param>
/// <remarks>
/// Starts as the hash of those parts of recipe and seed that determine the result. Each trajectory event turns it into
/// <c>SHA-256(tag ‖ digest ‖ manifest ‖ payload)</c>, tag <c>actorrlhf-trajectory/1</c>, with lengths in front as in
/// <see cref="EventChain"/>. Which events count says <c>Trajectory</c>.
/// </remarks>
public readonly record struct TrajectoryDigest(ContentHash Value)
{
    const string Tag = "actorrlhf-trajectory/1";

    /// <summary>The digest after one more trajectory event.</summary>
    public TrajectoryDigest Add(string manifest, ReadOnlySpan<byte> payload) =>
        new(new LengthPrefixed().Text(Tag).Hash(Value).Text(manifest).Bytes(payload).Sha256());

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Value.ToString();
}
