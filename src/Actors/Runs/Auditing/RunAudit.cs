using ActorRlhf.Actors.Journal;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Storage;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>Proves a run's log, or names the first event that is wrong: chains, rules, files, and every number that follows from others.</summary>
/// <remarks>Reads only, without an actor system and without a lock. What it can and cannot find is in <c>docs/audit.md</c>. Failure policy: audit, an error of the machine reaches the caller.</remarks>
public sealed class RunAudit
{
    readonly RunId _run;
    readonly JournalReader _journal;
    readonly SoundEvents _evaluations;
    readonly List<Witness> _witnesses;
    readonly ArtefactAudit _files;
    readonly TrainingAudit _training;
    readonly EvaluationAudit _heldout;
    readonly DueEvaluations _due = new();
    readonly List<TrainingPoint> _points = [];
    readonly List<(string Stream, long Events)> _streams = [];
    StreamHead _head;

    RunAudit(DataDirectory data, RunId run, StreamHead? known)
    {
        (_run, _journal) = (run, new JournalReader(JournalSettings.Sqlite(data.JournalFile), RunHosting.Catalogue));
        // What names the training stream is read before it, so that a run that goes on meanwhile is not blamed for events still to come.
        _evaluations = new SoundEvents(_journal, run.EvaluationStream);
        _witnesses = [.. Witness.In(_evaluations.Readable()), .. Witness.Forks(_journal, run)];
        if (known is { } head) _witnesses.Add(new Witness(head, "the known head"));
        _files = new ArtefactAudit(data.Artefacts);
        _training = new TrainingAudit(data.Artefacts, _files);
        _heldout = new EvaluationAudit(data.Artefacts, _files, _points, _training.Rollouts);
    }

    /// <summary>Audits a run.</summary>
    /// <param name="data">Where it is.</param>
    /// <param name="run">The run.</param>
    /// <param name="known">A head of its training stream that somebody saw; null for none.</param>
    /// <param name="beingWritten">Whether a writer is at work in the data directory, so that the run may be about to end.</param>
    public static AuditReport Of(DataDirectory data, RunId run, StreamHead? known = null, bool beingWritten = false) => new RunAudit(data, run, known).Report(beingWritten);

    AuditReport Report(bool beingWritten)
    {
        AuditFinding? training = null;
        var evaluations = _evaluations.Broken;
        foreach (var segment in TrainingSegment.Of(_journal, _run))
        {
            var witnesses = segment.Left is { } left ? [new Witness(left, "the run that was forked from it")] : _witnesses;
            training = Training(segment, witnesses, beingWritten, ref evaluations);
            if (training is not null) break;
        }
        evaluations = First(Evaluations(), evaluations);
        return new AuditReport(_run, _streams, _files.Count, _training.Steps, _heldout.Steps.Count, _head, Earlier(training, evaluations));
    }

    /// <summary>The first fault of a part of the training stream.</summary>
    AuditFinding? Training(TrainingSegment segment, IReadOnlyList<Witness> witnesses, bool beingWritten, ref AuditFinding? evaluations)
    {
        var own = segment.Left is null;
        var events = new SoundEvents(_journal, segment.Stream, segment.Origin, segment.Left?.Sequence ?? long.MaxValue);
        _files.Note(_journal, segment.Stream);
        var seen = witnesses.Select(witness => witness.Head.Sequence).ToHashSet();
        var hashes = new Dictionary<long, StreamHead>();
        foreach (var read in events.Read())
        {
            _head = new StreamHead(read.Sequence, read.Hash);
            if (seen.Contains(read.Sequence)) hashes[read.Sequence] = _head;
        }
        _streams.Add((segment.Stream, events.Count));

        AuditFinding? content = null;
        foreach (var read in events.Read())
        {
            content = _training.Check(read);
            if (content is not null) break;
            if (!own) continue;
            _points.Add(_training.Point);
            _due.Add(read, _training.State.Started!, _training.Recipe!);
        }
        var chain = events.Broken;
        foreach (var contradiction in Witness.Contradictions(segment.Stream, hashes, events.Broken is null ? events.Count : long.MaxValue, witnesses))
            if (contradiction.Stream == segment.Stream) chain = First(chain, contradiction);
            else evaluations = First(evaluations, contradiction);
        if (own && chain is null && content is null) chain = _training.End(segment.Stream, events.Count, beingWritten);
        // Where events were lost, the one that says that a file was removed may be among them.
        return First(content, chain ?? _files.Lost);
    }

    /// <summary>The first fault of what can be read of the evaluation stream.</summary>
    AuditFinding? Evaluations()
    {
        _streams.Add((_run.EvaluationStream, _evaluations.Count));
        foreach (var read in _evaluations.Read())
            if (_heldout.Check(read, _training.Recipe) is { } finding) return finding;
        return _evaluations.Broken is null ? _heldout.End(_run.EvaluationStream, _evaluations.Count, _due.Steps) : null;
    }

    static AuditFinding? First(AuditFinding? one, AuditFinding? other) => other is null || one?.Sequence <= other.Sequence ? one : other;

    /// <summary>The earlier of two faults in two streams: an evaluation comes after the event of the training stream that it looked at.</summary>
    AuditFinding? Earlier(AuditFinding? training, AuditFinding? evaluations)
    {
        if (training is null || evaluations is null) return training ?? evaluations;
        if (training.Stream != _run.TrainingStream) return training;
        var source = _evaluations.Readable().TakeWhile(read => read.Sequence <= evaluations.Sequence).Select(read => EvaluationSource.Of(read.Event)?.Sequence).LastOrDefault();
        return source < training.Sequence ? evaluations : training;
    }
}
