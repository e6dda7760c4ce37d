using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>How far a run's evaluation stream matters to those that left it.</summary>
static class SharedEvaluations
{
    /// <summary>
    /// The events of a parent's evaluation stream, up to its end or to a fault
    /// behind an event of a later step, which is the parent's own affair.
    /// </summary>
    /// <param name="evaluations">The stream from its beginning.</param>
    /// <param name="last">The last step whose evaluation is shared.</param>
    public static IEnumerable<ReadEvent> In(IEnumerable<ReadEvent> evaluations, int last)
    {
        var seenLater = false;
        using var events = evaluations.GetEnumerator();
        while (true)
        {
            try
            {
                if (!events.MoveNext()) yield break;
                seenLater |= EventSteps.Of(events.Current.Event) > last;
            }
            catch (Exception damaged) when (seenLater && RunDamage.Is(damaged)) { yield break; }
            yield return events.Current;
        }
    }
}
