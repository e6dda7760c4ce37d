using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Mismatch;

namespace ActorRlhf.Host.Api;

/// <summary>The ledgers of mismatch that somebody asked for lately: one is made anew when its run has been evaluated again.</summary>
/// <remarks>
/// A ledger takes a second to make, and a host trains meanwhile. All its figures are of the evaluations and of what was before them; steps
/// in between change where it says that the run is. Any number of threads may use it; those who ask for a new one wait for each other.
/// </remarks>
sealed class RunLedgers(Store store)
{
    const int Most = 32;

    readonly LinkedList<Known> _lately = [];

    /// <summary>The ledger of a run as its log tells it.</summary>
    public MismatchLedger Of(RunRecord run)
    {
        var known = Find(run);
        try
        {
            return known.Ledger.Value with
            {
                State = run.State.Status.ToString().ToLowerInvariant(),
                Step = run.State.Step,
                Head = run.Head.ToString(),
            };
        }
        catch
        {
            lock (_lately) _lately.Remove(known);     // what was missing may be there the next time
            throw;
        }
    }

    Known Find(RunRecord run)
    {
        var (head, stages) = (run.EvaluationHead, run.State.Stages.Length);
        lock (_lately)
        {
            var known = _lately.FirstOrDefault(one => one.Run == run.Id);
            if (known is not null) _lately.Remove(known);
            if (known?.Head != head || known.Stages != stages)
                known = new Known(run.Id, head, stages, new Lazy<MismatchLedger>(() => RunLedger.Of(store, run)));
            _lately.AddFirst(known);
            if (_lately.Count > Most) _lately.RemoveLast();
            return known;
        }
    }

    /// <param name="Run">Whose.</param>
    /// <param name="Head">The evaluation stream's, when it was made.</param>
    /// <param name="Stages">How many stages before RL were finished then.</param>
    sealed record Known(RunId Run, StreamHead Head, int Stages, Lazy<MismatchLedger> Ledger);
}
