using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>The two event streams of a run, read anew at each call; a fork's begin with what it shares with its parent.</summary>
public sealed class RunStreams
{
    readonly JournalReader _journal;
    readonly ForkPoint? _fork;
    readonly long _end = long.MaxValue;     // the last training event that is read
    readonly long _endOfEvaluations = long.MaxValue;

    /// <exception cref="ParentMissingException">The run is a fork, and its parent is not there.</exception>
    /// <exception cref="BrokenChainException">The run names itself, or what is no run, as one that it descends from.</exception>
    internal RunStreams(RunId run, JournalReader journal) : this(Lineage.Of(journal, run), 0, journal) { }

    RunStreams(IReadOnlyList<(RunId Run, ForkPoint? Left)> line, int index, JournalReader journal)
    {
        ((Run, _fork), _journal) = (line[index], journal);
        if (_fork is null) return;
        if (index + 1 == line.Count)
            throw new BrokenChainException(
                Run.TrainingStream, 1, $"the run is said to be a fork of '{_fork.Run}', which is no run or descends from this one");
        Parent = new RunStreams(line, index + 1, journal);
        if (journal.LastSequence(Parent.Run.TrainingStream) < _fork.At.Sequence) throw new ParentMissingException(Run, _fork);
    }

    RunStreams(RunStreams whole, long end, long endOfEvaluations) =>
        (_journal, _fork, _end, _endOfEvaluations, Run, Parent) = (whole._journal, whole._fork, end, endOfEvaluations, whole.Run,
            whole.Parent);

    /// <summary>The run.</summary>
    public RunId Run { get; }

    /// <summary>The streams of the run that this one was forked from; null if it was not.</summary>
    public RunStreams? Parent { get; }

    /// <summary>
    /// Everything that made the weights, from the beginning: for a fork first its parent's events up to the point where it left it.
    /// </summary>
    public IEnumerable<ReadEvent> Training() => Past().Concat(OwnTraining());

    /// <summary>
    /// Everything that was found out about the run, likewise; an evaluation of
    /// the shared step that the fork did anew takes the place of its parent's.
    /// </summary>
    public IEnumerable<ReadEvent> Evaluations() => EvaluationsThrough(stream => stream);

    /// <summary>
    /// Where the run stood at some event of its own, if that saves reading much; the empty point otherwise, which is before everything.
    /// </summary>
    internal RunPoint ShortCut(out ReadEvent? at)
    {
        var snapshot = new RunSnapshots(_journal, Run).Newest(_end);
        at = snapshot?.At;
        return snapshot?.Point ?? RunPoint.Empty;
    }

    /// <summary>What follows on a point; on the empty one everything.</summary>
    internal IEnumerable<ReadEvent> TrainingAfter(RunPoint point) =>
        point.Head.Sequence == 0 ? Training() : OwnTraining(after: point.Head.Sequence);

    /// <summary>
    /// The events of a step and of all later ones, and what lies between these; also of a fork whose parent has the step.
    /// </summary>
    /// <param name="step">From 1; 0 is everything.</param>
    public IEnumerable<ReadEvent> TrainingFrom(int step) =>
        step <= 0 ? Training()
        : step <= _fork?.Step ? Parent!.Until(_fork.At).TrainingFrom(step).Concat(OwnTraining())
        : OwnTraining(after: StepSearch.Before(_journal, Run.TrainingStream, step, _end));

    /// <summary>The first event of the run's own training stream; null where there is none.</summary>
    internal ReadEvent? First() => _journal.First(Run.TrainingStream);

    /// <summary>Its <c>run.started</c>, which is the first or, of a run that had waited, the second; null before that.</summary>
    internal ReadEvent? Started() => First() is not { Event: RunQueued } first
        ? First()
        : _journal.Read(Run.TrainingStream, first.Sequence).FirstOrDefault() is { Event: RunStarted } second ? second : null;

    /// <summary>The same run whose training ends with one of its own events; what comes after that is not even looked at.</summary>
    internal RunStreams Until(StreamHead end) => new(this, end.Sequence, _endOfEvaluations);

    /// <summary>The same run as both of its own streams tell it up to one of their events.</summary>
    internal RunStreams Until(StreamHead training, StreamHead evaluations) => new(this, training.Sequence, evaluations.Sequence);

    /// <summary>The last event of the run's own evaluation stream; of one that is read up to an event, that event.</summary>
    internal StreamHead EvaluationHead()
    {
        if (_endOfEvaluations == long.MaxValue) return _journal.Head(Run.EvaluationStream);
        var last = _endOfEvaluations == 0 ? null : _journal.Read(Run.EvaluationStream, _endOfEvaluations - 1).FirstOrDefault();
        return last is null ? default : new StreamHead(last.Sequence, last.Hash);
    }

    /// <summary>The same as <see cref="Training"/>, its chain verified on the way.</summary>
    /// <exception cref="BrokenChainException">An event is missing, altered or not linked to the one before.</exception>
    public IEnumerable<ReadEvent> VerifiedTraining() => Training().Verified();

    /// <summary>The same as <see cref="Evaluations"/>, each stream's chain verified on the way.</summary>
    /// <exception cref="BrokenChainException">An event is missing, altered or not linked to the one before.</exception>
    public IEnumerable<ReadEvent> VerifiedEvaluations() => EvaluationsThrough(VerifiedEvents.Verified);

    IEnumerable<ReadEvent> EvaluationsThrough(Func<IEnumerable<ReadEvent>, IEnumerable<ReadEvent>> readThrough)
    {
        var own = readThrough(_journal.Read(Run.EvaluationStream).Take((int)Math.Min(_endOfEvaluations, int.MaxValue)));
        if (Parent is null) return own;
        var shared = LastSharedEvaluation();
        return SharedEvaluations.In(Parent.EvaluationsThrough(readThrough), shared)
            .Where(read => EventSteps.Of(read.Event) <= shared).Concat(own);
    }

    /// <summary>What the run's own training stream has behind a sequence number.</summary>
    // By count: what lies behind the end may be damaged, and is not even looked at.
    internal IEnumerable<ReadEvent> OwnTraining(long after = 0) =>
        _journal.Read(Run.TrainingStream, after).Take((int)Math.Clamp(_end - after, 0, int.MaxValue));

    /// <summary>What the run's own training stream has behind a head that was read; null where it no longer has that event.</summary>
    internal IEnumerable<ReadEvent>? TrainingBehind(StreamHead head) => Behind(head, OwnTraining);

    /// <summary>The same of its evaluation stream.</summary>
    internal IEnumerable<ReadEvent>? EvaluationsBehind(StreamHead head) =>
        Behind(head, after => _journal.Read(Run.EvaluationStream, after));

    /// <summary>
    /// Where its own training and evaluation stream end by now, and the evaluation streams of its ancestors, its parent first.
    /// </summary>
    internal (StreamEnd Training, StreamEnd Evaluations, StreamEnd[] Past) Ends()
    {
        var ends = _journal.Ends([Run.TrainingStream, Run.EvaluationStream, .. Ancestors().Select(one => one.Run.EvaluationStream)]);
        return (ends[0], ends[1], ends[2..]);
    }

    /// <summary>
    /// Whether somebody has looked once more at a step that the run shares, or may have: whoever reads it again finds what is damaged.
    /// </summary>
    /// <param name="before">The third of <see cref="Ends"/> then.</param>
    /// <param name="now">The same now.</param>
    internal bool PastHasGrown(ReadOnlySpan<StreamEnd> before, ReadOnlySpan<StreamEnd> now)
    {
        if (before.SequenceEqual(now)) return false;
        var (fork, shared) = (this, int.MaxValue);
        for (var i = 0; fork.Parent is { } parent; i++, fork = parent)
        {
            shared = Math.Min(shared, fork.LastSharedEvaluation());
            if (before[i] != now[i] && parent.MayHaveEvaluated(shared, after: before[i].Sequence)) return true;
        }
        return false;
    }

    bool MayHaveEvaluated(int step, long after)
    {
        try { return _journal.Read(Run.EvaluationStream, after).Any(read => EventSteps.Of(read.Event) <= step); }
        catch (Exception damaged) when (RunDamage.Is(damaged)) { return true; }
    }

    IEnumerable<RunStreams> Ancestors()
    {
        for (var one = Parent; one is not null; one = one.Parent) yield return one;
    }

    /// <summary>Whether the run's own streams still have what was read as their heads.</summary>
    internal bool StillHas(StreamHead training, StreamHead evaluations) =>
        _journal.Has(Run.TrainingStream, training) && _journal.Has(Run.EvaluationStream, evaluations);

    /// <summary>The last step whose evaluation a fork has from its parent; 0 for a run that is none.</summary>
    internal int LastSharedEvaluation() => _fork is null ? 0 : Lineage.LastSharedEvaluation(_journal, Run, _fork);

    // The head is read once more with what follows on it: one question and not two.
    static IEnumerable<ReadEvent>? Behind(StreamHead head, Func<long, IEnumerable<ReadEvent>> after)
    {
        if (head.Sequence == 0) return after(0);
        var rows = after(head.Sequence - 1).GetEnumerator();
        if (rows.MoveNext() && rows.Current.Hash == head.Hash) return Rest(rows);
        rows.Dispose();
        return null;

        static IEnumerable<ReadEvent> Rest(IEnumerator<ReadEvent> rows)
        {
            using (rows)
                while (rows.MoveNext()) yield return rows.Current;
        }
    }

    /// <summary>What the run shares with its parent of what made the weights; nothing if it was not forked.</summary>
    IEnumerable<ReadEvent> Past() => Parent?.Until(_fork!.At).Training() ?? [];
}
