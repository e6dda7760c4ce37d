using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>One run, read from its events; a fork's begin with what it shares with its parent.</summary>
public sealed class RunRecord
{
    readonly RunStreams _streams;
    RunRecord? _parent;

    /// <exception cref="ParentMissingException">The run is a fork, and its parent is not there.</exception>
    internal RunRecord(RunStreams streams, ArtefactStore artefacts) : this(streams, artefacts, checkpointsMayBeGone: false) { }

    /// <param name="checkpointsMayBeGone">Whether those whose files are not there are left out.</param>
    /// <param name="earlier">The same run as it was read before, with what follows on that; null to read it from its beginning.</param>
    RunRecord(
        RunStreams streams, ArtefactStore artefacts, bool checkpointsMayBeGone,
        (RunRecord Read, IEnumerable<ReadEvent> Added)? earlier = null)
    {
        (_streams, Artefacts) = (streams, artefacts);
        ReadEvent? last = null;
        var before = earlier?.Read;
        var point = before is null ? streams.ShortCut(out last) : new RunPoint(before.State, before.Trajectory, before.Head);
        foreach (var read in earlier?.Added ?? streams.TrainingAfter(point))
        {
            point = point.Add(read);
            last = read;
        }
        (State, Trajectory, Head) = point;
        (AskedFor, Began) = before?.Began is not null
            ? (before.AskedFor, before.Began)
            : (streams.First()?.Envelope.Time ?? default, streams.Started()?.Envelope.Time);
        LastWritten = last?.Envelope.Time ?? before?.LastWritten ?? default;
        if (checkpointsMayBeGone)
            State = State with
            {
                Checkpoints = [.. State.Checkpoints.Where(saved => saved.Files.All(file => artefacts.Exists(file.Hash)))],
            };
        var isToldTheSame = before is not null && ReferenceEquals(before.State.Beginning, State.Beginning)
            && before.State.RecipeChanges == State.RecipeChanges;
        Recipe = isToldTheSame ? before!.Recipe : RecipeInForce.Of(Id, State);
        Plan = RunPlan.Of(Recipe);
    }

    /// <summary>The run.</summary>
    public RunId Id => _streams.Run;
    /// <summary>Where its artefacts are.</summary>
    public ArtefactStore Artefacts { get; }
    /// <summary>
    /// The run that this one was forked from; null if it was not. Read when it is first asked for: to
    /// its end, or, where it is damaged behind what the fork shares, as it was when the fork left it.
    /// </summary>
    public RunRecord? Parent => _parent ??= _streams.Parent is { } parent ? ParentOf(parent) : null;
    /// <summary>Where it stands.</summary>
    public RunState State { get; }
    /// <summary>What it was told: the recipe that it began with, and what was changed in it since.</summary>
    public Recipe Recipe { get; }
    /// <summary>What readers need to know of that.</summary>
    public RunPlan Plan { get; }
    /// <summary>The last event of the run's own training stream.</summary>
    public StreamHead Head { get; }
    /// <summary>Digest of what made the weights.</summary>
    public ContentHash Trajectory { get; }
    /// <summary>When the run's own first event was written, UTC: with it a run begins, unless it had to wait.</summary>
    public DateTimeOffset AskedFor { get; }
    /// <summary>When it began, UTC; null while it waits.</summary>
    public DateTimeOffset? Began { get; }
    /// <summary>When the last event of the training stream was written, UTC.</summary>
    public DateTimeOffset LastWritten { get; }

    /// <summary>Its streams.</summary>
    internal RunStreams Streams => _streams;

    /// <summary>
    /// The run as its events tell it by now, read on from here; null where the log is no longer the one that was read: the run was
    /// deleted, and there may be another one under its id.
    /// </summary>
    public RunRecord? TryReadOn() => _streams.TrainingBehind(Head) is { } added
        ? new RunRecord(_streams, Artefacts, checkpointsMayBeGone: false, (this, added))
        : null;

    /// <summary>The last event of its own evaluation stream by now.</summary>
    public StreamHead EvaluationHead => _streams.EvaluationHead();

    /// <summary>Where the evaluation streams of the runs end by now that it descends from, its parent first.</summary>
    public IReadOnlyList<StreamEnd> EndsOfPast => State.Parent is null ? [] : _streams.Ends().Past;

    /// <summary>Whether somebody has looked once more at a step that a fork shares, or may have.</summary>
    /// <param name="since"><see cref="EndsOfPast"/> then.</param>
    /// <param name="now">The same now.</param>
    public bool PastHasGrown(IReadOnlyList<StreamEnd> since, IReadOnlyList<StreamEnd> now) => _streams.PastHasGrown([.. since], [.. now]);

    /// <summary>
    /// The run as it was when these were the last events of its own two streams; null where the log has no such events, or they lie behind
    /// what was read here. What a fork shares with its parent is read as it is now.
    /// </summary>
    /// <param name="training">Head of its training stream.</param>
    /// <param name="evaluations">Head of its evaluation stream, sequence 0 before the first evaluation.</param>
    public RunRecord? AsOf(StreamHead training, StreamHead evaluations) =>
        training.Sequence is > 0 && training.Sequence <= Head.Sequence && _streams.StillHas(training, evaluations)
            ? new RunRecord(_streams.Until(training, evaluations), Artefacts)
            : null;

    /// <inheritdoc cref="RunStreams.Training"/>
    public IEnumerable<ReadEvent> Training() => _streams.Training();

    /// <inheritdoc cref="RunStreams.TrainingFrom"/>
    public IEnumerable<ReadEvent> TrainingFrom(int step) => _streams.TrainingFrom(step);

    /// <inheritdoc cref="RunStreams.Evaluations"/>
    public IEnumerable<ReadEvent> Evaluations() => _streams.Evaluations();

    /// <summary>The held-out evaluations, in order of the steps.</summary>
    public IReadOnlyList<HeldoutPoint> HeldoutPoints()
    {
        var points = new HeldoutPoints();
        foreach (var read in Evaluations()) points.Add(read.Event);
        return points.Points;
    }

    /// <summary>Whether an event is in one of the run's own streams, and not in what a fork shares with its parent.</summary>
    public bool Owns(ReadEvent read) => read.Stream == Id.TrainingStream || read.Stream == Id.EvaluationStream;

    /// <summary>The run in whose own log a step is: this one, or one of those it was forked from.</summary>
    public RunRecord OwnerOf(int step) => State.Parent is { } fork && step <= fork.Step ? Parent!.OwnerOf(step) : this;

    /// <summary>The run as it was where the fork left its parent; empty if it was not forked.</summary>
    public RunPoint Past() => Training().TakeWhile(read => !Owns(read)).Aggregate(RunPoint.Empty, (point, read) => point.Add(read));

    /// <summary>The run as of the end of a step; 0 is the end of the stages before RL. Null if it has not come so far.</summary>
    public RunPoint? After(int step)
    {
        var point = RunPoint.Empty;
        foreach (var read in Training())
        {
            point = point.Add(read);
            if (EventSteps.EndedBy(read.Event) == step) return point;
        }
        return null;
    }

    RunRecord ParentOf(RunStreams parent)
    {
        try { return new RunRecord(parent, Artefacts); }
        catch (Exception damaged) when (RunDamage.Is(damaged) || damaged is StoreException { IsDamage: true })
        {
            return new RunRecord(parent.Until(State.Parent!.At), Artefacts, checkpointsMayBeGone: true);
        }
    }
}
