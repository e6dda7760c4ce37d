using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Runs.Replaying;

namespace ActorRlhf.Host.Contracts;

/// <summary>The object of <c>replay</c>.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Step">Steps that count in the state.</param>
/// <param name="State">The state as canonical JSON, byte for byte.</param>
/// <param name="StateHash">SHA-256 of these bytes.</param>
/// <param name="Events">How many events were read.</param>
/// <param name="EventsPerSecond">How fast, from opening the log to the finished state.</param>
sealed record ReplayLine(
    string Run, int Step, [property: JsonConverter(typeof(ReplayLine.Verbatim))] byte[] State,
    ContentHash StateHash, long Events, double EventsPerSecond)
{
    /// <summary>The line of a replay.</summary>
    /// <param name="clock">Started when the log was opened.</param>
    public static ReplayLine Of(RunReplay replay, Stopwatch clock)
    {
        var state = replay.State.ToCanonicalJson();
        return new ReplayLine(
            replay.Run.Value, replay.State.Step, state, ContentHash.Of(state), replay.Events, replay.Events / clock.Elapsed.TotalSeconds);
    }

    sealed class Verbatim : JsonConverter<byte[]>
    {
        public override byte[] Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            throw new NotSupportedException("it is only written");

        public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) => writer.WriteRawValue(value);
    }
}
