using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>How far somebody has read both streams of a run, who keeps what he found and wants only what was added since.</summary>
/// <remarks>One thread at a time.</remarks>
/// <param name="streams">The run's.</param>
sealed class RunCursor(RunStreams streams)
{
    readonly int _shared = streams.LastSharedEvaluation();
    StreamHead _training, _evaluations;
    (StreamEnd Training, StreamEnd Evaluations, StreamEnd[] Past)? _ends;
    bool _isReading;

    /// <summary>Events that were read.</summary>
    public long Count { get; private set; }

    /// <summary>
    /// Reads what was added, the training stream first; at first everything. Where nothing was, that costs one question to the journal.
    /// </summary>
    /// <param name="take">Given each event.</param>
    /// <returns>
    /// False where what was found is worth nothing: the run may have been deleted and another one come under its id; a fork that evaluates
    /// the step that it shares with its parent anew no longer has its parent's evaluation of it; somebody may have looked once more at a
    /// step that it shares; or reading failed before. False, too, where there is no run.
    /// </returns>
    /// <exception cref="BrokenChainException">An event is missing. Hashes are not verified.</exception>
    /// <exception cref="UnreadableEventException">A row is not a stored event.</exception>
    public bool TryRead(Action<ReadEvent> take)
    {
        if (_isReading) return false;
        // Before the events, so that what comes meanwhile is looked for next time.
        var ends = streams.Ends();
        _isReading = true;
        if (_ends is not { } before) Take(streams.Training().Concat(streams.Evaluations()), take);
        else
        {
            if (streams.PastHasGrown(before.Past, ends.Past)) return false;
            if (ends.Training != before.Training && !Take(streams.TrainingBehind(_training), take)) return false;
            if (ends.Evaluations != before.Evaluations
                && (streams.LastSharedEvaluation() != _shared || !Take(streams.EvaluationsBehind(_evaluations), take))) return false;
        }
        if (_training.Sequence == 0) return false;
        (_ends, _isReading) = (ends, false);
        return true;
    }

    /// <returns>Whether there is a log to take from.</returns>
    bool Take(IEnumerable<ReadEvent>? added, Action<ReadEvent> take)
    {
        foreach (var read in added ?? [])
        {
            take(read);
            Count++;
            if (read.Stream == streams.Run.TrainingStream) _training = new StreamHead(read.Sequence, read.Hash);
            if (read.Stream == streams.Run.EvaluationStream) _evaluations = new StreamHead(read.Sequence, read.Hash);
        }
        return added is not null;
    }
}
