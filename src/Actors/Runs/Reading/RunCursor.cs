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
    (StreamEnd Training, StreamEnd Evaluations)? _ends;
    bool _isReading;

    /// <summary>Events that were read.</summary>
    public long Count { get; private set; }

    /// <summary>
    /// Reads what was added, the training stream first; at first everything. Where nothing was, that costs one question to the journal.
    /// </summary>
    /// <param name="take">Given each event.</param>
    /// <returns>
    /// False where what was found is worth nothing: the run may have been deleted and another one come under its id; a fork that evaluates
    /// the step that it shares with its parent anew no longer has its parent's evaluation of it; or reading failed before.
    /// </returns>
    /// <exception cref="BrokenChainException">An event is missing. Hashes are not verified.</exception>
    /// <exception cref="UnreadableEventException">A row is not a stored event.</exception>
    public bool TryRead(Action<ReadEvent> take)
    {
        if (_isReading) return false;
        // Before the events, so that what comes meanwhile is looked for next time.
        var ends = streams.Ends();
        if (ends == _ends) return true;
        _isReading = true;
        if (_ends is not { } before)
        {
            Take(streams.Training());
            Take(streams.Evaluations());
        }
        else
        {
            if (ends.Training != before.Training && !TryTake(streams.TrainingBehind(_training))) return false;
            if (ends.Evaluations != before.Evaluations
                && (streams.LastSharedEvaluation() != _shared || !TryTake(streams.EvaluationsBehind(_evaluations)))) return false;
        }
        (_ends, _isReading) = (ends, false);
        return true;

        bool TryTake(IEnumerable<ReadEvent>? added)
        {
            if (added is not null) Take(added);
            return added is not null;
        }

        void Take(IEnumerable<ReadEvent> added)
        {
            foreach (var read in added)
            {
                take(read);
                Count++;
                if (read.Stream == streams.Run.TrainingStream) _training = new StreamHead(read.Sequence, read.Hash);
                if (read.Stream == streams.Run.EvaluationStream) _evaluations = new StreamHead(read.Sequence, read.Hash);
            }
        }
    }
}
