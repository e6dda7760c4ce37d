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
    StreamEnd[]? _ends;
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
    /// step that it shares; or reading failed before.
    /// </returns>
    /// <exception cref="BrokenChainException">An event is missing. Hashes are not verified.</exception>
    /// <exception cref="UnreadableEventException">A row is not a stored event.</exception>
    public bool TryRead(Action<ReadEvent> take)
    {
        if (_isReading) return false;
        // Before the events, so that what comes meanwhile is looked for next time.
        var ends = streams.Ends();
        if (_ends is not null && ends.AsSpan().SequenceEqual(_ends)) return true;
        _isReading = true;
        if (_ends is null) Take(streams.Training().Concat(streams.Evaluations()), take);
        else if (!TryReadOn(_ends, ends, take)) return false;
        (_ends, _isReading) = (ends, false);
        return true;
    }

    bool TryReadOn(StreamEnd[] before, StreamEnd[] now, Action<ReadEvent> take)
    {
        const int training = 0, evaluations = 1, ancestors = 2;
        foreach (var (place, ancestor) in streams.Ancestors.Index())
            if (now[ancestors + place] != before[ancestors + place]
                && ancestor.HasEvaluated(_shared, after: before[ancestors + place].Sequence)) return false;
        if (now[training] != before[training] && !Take(streams.TrainingBehind(_training), take)) return false;
        return now[evaluations] == before[evaluations]
            || streams.LastSharedEvaluation() == _shared && Take(streams.EvaluationsBehind(_evaluations), take);
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
