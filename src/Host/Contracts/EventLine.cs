using System.Text.Json;
using System.Text.Json.Serialization;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Host.Contracts;

/// <summary>An event as <c>--json</c> prints it.</summary>
/// <param name="Sequence">From 1 in its stream.</param>
/// <param name="Type">Its name; <c>docs/events.md</c> lists them.</param>
/// <param name="Time">When it was handed to the journal, UTC.</param>
/// <param name="Hash">Its link of the chain.</param>
/// <param name="Payload">The event in its newest version.</param>
/// <param name="Stream">Only where both streams were asked for.</param>
/// <param name="Run">
/// The run in whose stream the event is, and its sequence number counts; only for what a fork shares, and among the events of all runs.
/// </param>
sealed record EventLine(
    long Sequence, string Type, DateTime Time, ContentHash Hash, object Payload,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Stream,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Run)
{
    /// <summary>The line of an event.</summary>
    /// <param name="run">Whose history it is in.</param>
    /// <param name="stream">null unless both streams were asked for.</param>
    public static EventLine Of(ReadEvent read, RunRecord run, string? stream) => new(
        read.Sequence, EventNames.Of(read.Manifest), read.Envelope.Time.UtcDateTime, read.Hash, read.Event,

        stream, run.Owns(read) ? null : RunId.OfStream(read.Stream)!.Value.Value);

    /// <summary>Whether the run is over with it.</summary>
    public bool EndsRun() => Type is "run.completed" or "run.failed" or "run.stopped" or "run.diverged";

    /// <summary>The event itself; null for one that this build does not know, which another one's line may have.</summary>
    /// <exception cref="JsonException">The payload is not that of such an event.</exception>
    public IEvent? Fact() => Payload as IEvent
        ?? (EventNames.TypeOf(Type) is { } type ? (IEvent?)((JsonElement)Payload).Deserialize(type, EventJson.Format) : null);
}
