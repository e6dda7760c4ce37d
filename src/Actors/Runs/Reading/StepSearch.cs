using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>Finds a step in a training stream of any length by a few dozen of its events: steps come in order.</summary>
static class StepSearch
{
    /// <summary>
    /// The sequence number behind which the events of a step, and of all later ones, come; the end where it has not been begun.
    /// </summary>
    /// <param name="stream">A training stream.</param>
    /// <param name="step">From 1.</param>
    /// <param name="end">Nothing behind this event is looked at.</param>
    public static long Before(JournalReader journal, string stream, int step, long end = long.MaxValue)
    {
        // Every event up to low is before the step; none behind high is.
        var (low, high) = (0L, Math.Min(end, journal.LastSequence(stream)));
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            // Not every event belongs to a step; the next one that does tells.
            var next = journal.Read(stream, middle).Take((int)Math.Min(int.MaxValue, high - middle))
                .FirstOrDefault(read => read.TryDecode() is { } fact && EventSteps.IsPartOfStep(fact));
            if (next is null || EventSteps.Of(next.Event) >= step) high = middle;
            else low = next.Sequence;
        }
        return low;
    }
}
