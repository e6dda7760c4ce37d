using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Mismatch;

namespace ActorRlhf.Host.Api;

/// <summary>The ledgers of mismatch that somebody asked for lately: one is made anew when its run has been evaluated again.</summary>
/// <remarks>
/// A ledger takes a second to make, and a host trains meanwhile. All its figures are of the evaluations, of what was before them and of
/// what the registry says of evaluators; steps in between change where it says that the run is. Any number of threads may use it; those who
/// ask for a new one wait for each other.
/// </remarks>
sealed class RunLedgers(Store store)
{
    const int Most = 32;

    readonly LinkedList<Known> _lately = [];

    /// <summary>The ledger of a run as its log tells it.</summary>
    public MismatchLedger Of(RunRecord run)
    {
        var head = run.EvaluationHead;
        // Before there is little to make, and what was before the evaluations grows itself.
        if (head.Sequence == 0) return RunLedger.Of(store, run);
        var known = Find(run, head, store.Journal.Head(EvaluatorRegistry.Stream));
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

    Known Find(RunRecord run, StreamHead head, StreamHead evaluators)
    {
        var past = run.EndsOfPast;
        Known? known;
        lock (_lately) known = Made();
        // This reads the log, for which others need not wait.
        var holds = known?.Head == head && known.Evaluators == evaluators && !run.PastHasGrown(known.Past, past);
        lock (_lately)
        {
            var made = Made();
            if (made is not null) _lately.Remove(made);
            var next = holds ? known! with { Past = past }
                : made?.Head == head && made.Evaluators == evaluators && made.Past.SequenceEqual(past) ? made
                : new Known(run.Id, head, past, evaluators, new Lazy<MismatchLedger>(() => RunLedger.Of(store, run)));
            _lately.AddFirst(next);
            if (_lately.Count > Most) _lately.RemoveLast();
            return next;
        }

        Known? Made() => _lately.FirstOrDefault(one => one.Run == run.Id);
    }

    /// <param name="Run">Whose.</param>
    /// <param name="Head">The evaluation stream's, when it was made.</param>
    /// <param name="Past">Where the evaluation streams of the runs that it descends from ended when that was last looked at.</param>
    /// <param name="Evaluators">The registry's then, which says what metrics mean.</param>
    sealed record Known(
        RunId Run, StreamHead Head, IReadOnlyList<StreamEnd> Past, StreamHead Evaluators, Lazy<MismatchLedger> Ledger);
}
