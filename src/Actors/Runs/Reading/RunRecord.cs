using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Journal;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Stages;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>One run, read from its events; a fork's begin with what it shares with its parent.</summary>
public sealed class RunRecord
{
    readonly JournalReader _journal;
    readonly ForkPoint? _fork;

    /// <exception cref="ParentMissingException">The run is a fork, and its parent is not there.</exception>
    internal RunRecord(RunId id, JournalReader journal, ArtefactStore artefacts)
    {
        (Id, _journal, Artefacts) = (id, journal, artefacts);
        _fork = (_journal.Read(id.TrainingStream).FirstOrDefault()?.Event as RunStarted)?.Parent;
        if (_fork is not null) Parent = ParentOf(_fork);
        var point = RunPoint.Empty;
        foreach (var read in Training())
        {
            point = point.Add(read);
            if (read.Event is RunStarted) Started = read.Envelope.Time;
            LastWritten = read.Envelope.Time;
        }
        (State, Trajectory, Head) = point;
        Recipe = RecipeReader.Parse(State.Started?.Recipe ?? "", id.Value, checkPaths: false);
    }

    /// <summary>The run.</summary>
    public RunId Id { get; }
    /// <summary>Where its artefacts are.</summary>
    public ArtefactStore Artefacts { get; }
    /// <summary>The run that this one was forked from; null if it was not.</summary>
    public RunRecord? Parent { get; }
    /// <summary>Where it stands.</summary>
    public RunState State { get; }
    /// <summary>What it was told.</summary>
    public Recipe Recipe { get; }
    /// <summary>The last event of the run's own training stream.</summary>
    public StreamHead Head { get; }
    /// <summary>Digest of what made the weights.</summary>
    public ContentHash Trajectory { get; }
    /// <summary>When the run's own first event was written, UTC.</summary>
    public DateTimeOffset Started { get; }
    /// <summary>When the last event of the training stream was written, UTC.</summary>
    public DateTimeOffset LastWritten { get; }

    /// <summary>Everything that made the weights, from the beginning and read anew at each call: for a fork first its parent's events up to the point where it left it.</summary>
    public IEnumerable<ReadEvent> Training() =>
        Parent is null ? _journal.Read(Id.TrainingStream) : Parent.TrainingUntil(_fork!.At).Concat(_journal.Read(Id.TrainingStream));

    /// <summary>Everything that was found out about the run, likewise; an evaluation of the shared step that the fork did anew takes the place of its parent's.</summary>
    public IEnumerable<ReadEvent> Evaluations()
    {
        var own = _journal.Read(Id.EvaluationStream);
        if (Parent is null) return own;
        var shared = own.FirstOrDefault()?.Event is RolloutCollected first && first.Step == _fork!.Step ? _fork.Step - 1 : _fork!.Step;
        return Parent.Evaluations().Where(read => EventSteps.Of(read.Event) <= shared).Concat(own);
    }

    /// <summary>The run in whose own log a step is: this one, or one of those it was forked from.</summary>
    public RunRecord OwnerOf(int step) => _fork is { } fork && step <= fork.Step ? Parent!.OwnerOf(step) : this;

    /// <summary>The run as of the end of a step; 0 is the end of the stages before RL. Null if it has not come so far.</summary>
    public RunPoint? After(int step)
    {
        var point = RunPoint.Empty;
        foreach (var read in Training())
        {
            point = point.Add(read);
            if (read.Event is PolicyUpdated or StepSkipped or StepRolledBack or StageCompleted { Stage: StageNames.RewardModels } && point.State.Step == step) return point;
        }
        return null;
    }

    /// <summary>The training events up to and with one of the run's own.</summary>
    IEnumerable<ReadEvent> TrainingUntil(StreamHead end) =>
        Training().TakeWhile(read => read.Stream != Id.TrainingStream || read.Sequence <= end.Sequence);

    RunRecord ParentOf(ForkPoint fork) => _journal.Head(RunId.Parse(fork.Run).TrainingStream).Sequence >= fork.At.Sequence
        ? new RunRecord(RunId.Parse(fork.Run), _journal, Artefacts)
        : throw new ParentMissingException(Id, fork);
}
