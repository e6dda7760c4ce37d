using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Witnessing;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>
/// Proves a run's log, or names the first event that is wrong: chains, rules, files, and every number that follows from others.
/// </summary>
/// <remarks>
/// Reads only, without an actor system and without a lock. What it can and cannot find is in
/// <c>docs/audit.md</c>. Failure policy: audit, an error of the machine reaches the caller.
/// </remarks>
public sealed class RunAudit
{
    readonly RunId _run;
    readonly WitnessFile? _outside;
    readonly JournalReader _journal;
    readonly ArtefactAudit _files;
    readonly ArtefactStore _artefacts;
    readonly TrainingAudit _training;
    readonly EvaluationAudit _heldout;
    readonly SnapshotAudit _snapshots;
    readonly DueEvaluations _due = new();
    readonly List<TrainingPoint> _points = [];
    readonly List<(string Stream, long Events)> _streams = [];
    StreamHead _head;
    AuditFinding? _contradicted;                      // an evaluation that the training stream proves wrong

    RunAudit(Store store, RunId run, WitnessFile? outside)
    {
        (_run, _journal, _outside) = (run, store.Journal, outside);
        _artefacts = store.Artefacts;
        _files = new ArtefactAudit(store.Artefacts, _journal);
        _training = new TrainingAudit(store.Artefacts, _files, _journal);
        _snapshots = new SnapshotAudit(_journal, run);
        _heldout = new EvaluationAudit(
            store.Artefacts, _files, _points, _training.Rollouts, () => new RunReader(store).Read(run));
    }

    /// <summary>Audits a run.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="known">A head of its training stream that somebody saw; null for none.</param>
    /// <param name="beingWritten">Whether a writer is at work in the data directory, so that the run may be about to end.</param>
    /// <param name="witness">What a witness was told of it; null for none.</param>
    public static AuditReport Of(
        Store store, RunId run, StreamHead? known = null, bool beingWritten = false, WitnessFile? witness = null) =>
        new RunAudit(store, run, witness).Report(known, beingWritten);

    AuditReport Report(StreamHead? known, bool beingWritten)
    {
        // What names the training stream is read before it, and what the training stream promises is read after it, so that a run
        // that goes on meanwhile raises no alarm.
        List<Witness> witnesses =
        [
            .. Witness.In(_outside, _run), .. Witness.In(new SoundEvents(_journal, _run.EvaluationStream).Readable()),
            .. Witness.Forks(_journal, _run),
        ];
        if (known is { } head) witnesses.Add(new Witness(head, "the known head"));
        var deleted = new DeletedRunsAudit(_journal, _run);
        if (deleted.Tombstone is { } tombstone) witnesses.Add(tombstone);
        AuditFinding? training = null;
        foreach (var segment in TrainingSegment.Of(_journal, _run))
        {
            training = segment.Left is { } left ? Shared(segment, left) : Own(segment, witnesses, beingWritten);
            if (training is not null) break;
        }
        var events = new SoundEvents(_journal, _run.EvaluationStream);
        var evaluations = First(Evaluations(events), _contradicted);
        return new AuditReport(_run, _streams, _files.Count, _training.Steps, _heldout.Steps.Count, _head,
            Earlier(training, evaluations, events) ?? deleted.Fault)
        {
            NotFollowed = _training.NotFollowed,
        };
    }

    /// <summary>
    /// The first fault of a parent's streams up to where the run left it; what
    /// was found out about the steps that both share counts as the run's own.
    /// </summary>
    AuditFinding? Shared(TrainingSegment segment, StreamHead left)
    {
        var (points, due) = (new List<TrainingPoint>(), new DueEvaluations());
        var isRun = RunId.TryOfTrainingStream(segment.Stream, out var parent);
        var outside = isRun ? Witness.In(_outside, parent, left.Sequence) : [];
        var training = Walk(segment, [new Witness(left, "the run that was forked from it"), .. outside], read =>
        {
            points.Add(_training.Point);
            if (_training.State.Started is { } started) due.Add(read, started, _training.Recipe!);
        }, _ => null);
        if (training is not null || !isRun) return training;

        var events = new SoundEvents(_journal, parent.EvaluationStream);
        var heldout = new EvaluationAudit(_artefacts, _files, points, _training.Rollouts, null, isShared: true);
        var writers = new WriterEpochs();
        var (last, shared, seenLater) = (0L, 0L, false);
        foreach (var read in events.Read())
        {
            var fact = read.TryDecode();
            // What readers take over is by the step; of steps that are not shared the fork's own stream tells that it lies.
            var isShared = fact is not null && EventSteps.Of(fact) <= Math.Min(segment.LastSharedEvaluation, _training.State.Step);
            if (!isShared && (fact is null or EvaluatorReleased ? seenLater : EvaluationSource.Of(fact)?.Sequence > left.Sequence))
            {
                seenLater = true;
                writers.Skip(read);
                continue;
            }
            last = read.Sequence;
            if (isShared) shared++;
            if (Evaluation(heldout, writers, due, read) is { } finding) return finding;
        }
        _streams.Add((parent.EvaluationStream, shared));
        // A break behind what both share is the parent's own affair.
        return (seenLater ? null : events.Broken) ?? heldout.End(parent.EvaluationStream, last, due.Steps);
    }

    /// <summary>The first fault of the run's own training stream.</summary>
    AuditFinding? Own(TrainingSegment segment, IReadOnlyList<Witness> witnesses, bool beingWritten) => Walk(segment, witnesses,
        read =>
        {
            _points.Add(_training.Point);
            if (_training.State.Started is { } started) _due.Add(read, started, _training.Recipe!);
        },
        last => _training.End(segment.Stream, last, beingWritten));

    AuditFinding? Walk(TrainingSegment segment, IReadOnlyList<Witness> witnesses, Action<ReadEvent> onSound, Func<long, AuditFinding?> end)
    {
        var events = new SoundEvents(_journal, segment.Stream, segment.Origin, segment.Left?.Sequence ?? long.MaxValue);
        _streams.Add((segment.Stream, events.Count));
        _files.Note(segment.Stream);
        var seen = witnesses.Select(witness => witness.Head.Sequence).ToHashSet();
        var heads = new Dictionary<long, StreamHead>();
        foreach (var read in events.Read())
        {
            _head = new StreamHead(read.Sequence, read.Hash);
            if (seen.Contains(read.Sequence)) heads[read.Sequence] = _head;
        }

        AuditFinding? content = null;
        foreach (var read in events.Read())
        {
            content = _training.Check(read) ?? _snapshots.Check(read);
            if (content is not null) break;
            onSound(read);
        }
        var chain = events.Broken;
        var last = events.Broken is null ? events.Count : long.MaxValue;
        foreach (var contradiction in Witness.Contradictions(segment.Stream, heads, last, witnesses))
            if (contradiction.Stream == segment.Stream) chain = First(chain, contradiction);
            else _contradicted = First(_contradicted, contradiction);
        if (chain is null && content is null) chain = end(events.Count);
        // Where events were lost, the one that says that a file was removed may be among them.
        return First(content, chain ?? _files.Lost);
    }

    /// <summary>The first fault of the evaluation stream.</summary>
    AuditFinding? Evaluations(SoundEvents events)
    {
        _streams.Add((_run.EvaluationStream, events.Count));
        var writers = new WriterEpochs();
        foreach (var read in events.Read())
            if (Evaluation(_heldout, writers, _due, read) is { } finding) return finding;
        return events.Broken ?? _heldout.End(_run.EvaluationStream, events.Count, _due.Steps);
    }

    AuditFinding? Evaluation(EvaluationAudit heldout, WriterEpochs writers, DueEvaluations due, ReadEvent read) =>
        heldout.Check(read, _training.Recipe, _training.World, IsOwnBuild) ?? Place(writers, due, read);

    /// <summary>Whether no other build has written the run.</summary>
    bool IsOwnBuild => _training.State is { Started.Build: var began, Build: var now } && began == RunFacts.Build && now == RunFacts.Build;

    /// <summary>Whether that writer could write there, and at that step.</summary>
    AuditFinding? Place(WriterEpochs writers, DueEvaluations due, ReadEvent read) =>
        writers.Evaluation(read) is { } writer ? AuditFinding.At(read, AuditFindingKind.Altered, writer)
        : due.NotDue(read.Event, _training.State.Started) is { } undue ? AuditFinding.At(read, AuditFindingKind.Arithmetic, undue)
        : null;

    static AuditFinding? First(AuditFinding? one, AuditFinding? other) => other is null || one?.Sequence <= other.Sequence ? one : other;

    /// <summary>
    /// The earlier of two faults in two streams: an evaluation comes after the event of the training stream that it looked at.
    /// </summary>
    AuditFinding? Earlier(AuditFinding? training, AuditFinding? evaluations, SoundEvents events)
    {
        if (training is null || evaluations is null) return training ?? evaluations;
        if (training.Stream != _run.TrainingStream) return training;
        var source = events.Readable().TakeWhile(read => read.Sequence <= evaluations.Sequence)
            .Select(read => EvaluationSource.Of(read.Event)?.Sequence).LastOrDefault(sequence => sequence is not null);
        return source < training.Sequence ? evaluations : training;
    }
}
