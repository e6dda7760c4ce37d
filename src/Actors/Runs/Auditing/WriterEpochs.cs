using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>
/// Holds which writer wrote an event of a stream against the events before
/// it: the first writer is 1, and each later one says that it goes on.
/// </summary>
sealed class WriterEpochs
{
    long _epoch;
    bool _silent;                                     // the writer has not said yet that it goes on for another

    /// <summary>What is wrong with the writer of the next event of a training stream; null if nothing is.</summary>
    /// <param name="read">The event.</param>
    /// <param name="begins">Whether a transaction may begin with it.</param>
    /// <param name="before">The state before it.</param>
    public string? Training(ReadEvent read, bool begins, RunState before)
    {
        if (Next(read, begins) is { } wrong) return wrong;
        if (!_silent) return null;
        if (!IsWork(read.Event))
        {
            _silent = false;
            return null;
        }
        // Earlier builds said so only when they came to RL.
        return before.Stages.Length == StageNames.InOrder.Count || before.Started?.LogicVersion >= RunFacts.LogicOfTheToldRestart
            ? $"its writer is number {_epoch}, and no event says that another one went on"
            : null;
    }

    /// <summary>
    /// What is wrong with the writer of the next event of an evaluation stream, which stores an evaluation as a whole; null if nothing is.
    /// What is filled in later stands alone.
    /// </summary>
    public string? Evaluation(ReadEvent read) =>
        Next(read, read.TryDecode() is RolloutCollected or EvaluatorReleased or BenchmarkCompleted or EvaluationCompleted { Live: false });

    /// <summary>Takes note of the writer of an event that nobody looks at.</summary>
    public void Skip(ReadEvent read)
    {
        try { _epoch = read.Envelope.WriterEpoch; }
        catch (UnreadableEventException) { }          // somebody else's affair; the next event's writer is held against the one before
    }

    string? Next(ReadEvent read, bool begins)
    {
        var (last, now) = (read.Sequence == 1 ? 0 : _epoch, read.Envelope.WriterEpoch);
        (_epoch, _silent) = (now, last > 0 && (_silent || now > last));
        return last == 0 ? now == 1 ? null : $"its writer is number {now}, a stream begins with number 1"
            : now == last ? null
            : now != last + 1 ? $"its writer is number {now}, after number {last}"
            : begins ? null : $"its writer is number {now}, number {last} wrote the event before it, and both are stored as a whole";
    }

    /// <summary>What the run does by itself, and not what a person, a failure or a restart led to, or its start behind a queue.</summary>
    static bool IsWork(IEvent fact) => EventSteps.IsPartOfStep(fact)
        || EventSteps.IsOutcomeOfStage(fact)
        || fact is StageReused or SftCheckpointed or CheckpointSaved or ArtefactRemoved or RunCompleted;
}
