using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>How far somebody has read both streams of a run, who keeps what he found and wants only what was added since.</summary>
/// <remarks>One thread at a time.</remarks>
/// <param name="streams">The run's.</param>
sealed class RunCursor(RunStreams streams)
{
    readonly int _shared = streams.LastSharedEvaluation();
    StreamHead _training, _evaluations;
    bool _began;

    /// <summary>Whether the log is still the one that was read; if not, what was found is worth nothing.</summary>
    /// <remarks>
    /// A run may have been deleted and another one come under its id; and a fork that evaluates the step that it shares with its parent
    /// anew no longer has its parent's evaluation of it.
    /// </remarks>
    public bool Holds() => streams.StillHas(_training, _evaluations) && streams.LastSharedEvaluation() == _shared;

    /// <summary>Reads what was added, the training stream first; at first everything.</summary>
    /// <exception cref="BrokenChainException">An event is missing. Hashes are not verified.</exception>
    /// <exception cref="UnreadableEventException">A row is not a stored event.</exception>
    public IEnumerable<ReadEvent> Added()
    {
        var (training, evaluations) = _began
            ? (streams.OwnTraining(_training.Sequence), streams.OwnEvaluations(_evaluations.Sequence))
            : (streams.Training(), streams.Evaluations());
        _began = true;
        foreach (var read in training)
        {
            if (read.Stream == streams.Run.TrainingStream) _training = new StreamHead(read.Sequence, read.Hash);
            yield return read;
        }
        foreach (var read in evaluations)
        {
            if (read.Stream == streams.Run.EvaluationStream) _evaluations = new StreamHead(read.Sequence, read.Hash);
            yield return read;
        }
    }
}
