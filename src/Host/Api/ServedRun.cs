using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Api;

/// <summary>The object of <c>show</c>, and what the host says of the run.</summary>
/// <param name="Details">The object of <c>show</c>.</param>
/// <param name="WaitsFor">Why nobody works at it although it has not ended: its turn, or what holds it; null otherwise.</param>
sealed record ServedRun([property: System.Text.Json.Serialization.JsonIgnore] RunDetails Details, string? WaitsFor) : RunDetails(Details)
{
    public static ServedRun Of(RunDetails details, RunId run, Schedule schedule)
    {
        var place = schedule.Waiting.ToList().IndexOf(run);
        return new ServedRun(details, schedule.Held.TryGetValue(run, out var reason) ? reason
            : place >= 0 && schedule.Closed is { } closed ? closed
            : (place >= 0 || schedule.Active.Contains(run)) && schedule.Rest is { } rest ? rest
            : place == 0 && schedule.Short is { } tooLittle ? tooLittle
            : place >= 0 ? FormattableString.Invariant($"its turn: {place} before it, and the host works at {schedule.Most} at once")
            : null);
    }
}
