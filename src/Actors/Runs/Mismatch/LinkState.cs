using System.Text.Json.Serialization;

namespace ActorRlhf.Actors.Runs.Mismatch;

/// <summary>What is known of a link.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LinkState>))]
public enum LinkState
{
    /// <summary>There is not enough evidence to say.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,
    /// <summary>It is established that it holds.</summary>
    [JsonStringEnumMemberName("holds")]
    Holds,
    /// <summary>Neither is established: what there is may be chance.</summary>
    [JsonStringEnumMemberName("not-established")]
    NotEstablished,
    /// <summary>It is established that it is broken.</summary>
    [JsonStringEnumMemberName("broken")]
    Broken,
}
