using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Journal;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Stages;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>One run, read from its events; a fork's begin with what it shares with its parent.</summary>
public sealed class RunRecord
{
    readonly RunStreams _streams;
    RunRecord? _parent;

    /// <exception cref="ParentMissingException">The run is a fork, and its parent is not there.</exception>
    internal RunRecord(RunStreams streams, ArtefactStore artefacts)
    {
        (_streams, Artefacts) = (streams, artefacts);
        var point = RunPoint.Empty;
        foreach (var read in Training())
        {
            point = point.Add(read);
            if (read.Event is RunStarted) Started = read.Envelope.Time;
            LastWritten = read.Envelope.Time;
        }
        (State, Trajectory, Head) = point;
        Recipe = RecipeReader.Parse(State.Started?.Recipe ?? "", Id.Value, checkPaths: false);
    }

    /// <summary>The run.</summary>
    public RunId Id => _streams.Run;
    /// <summary>Where its artefacts are.</summary>
    public ArtefactStore Artefacts { get; }
    /// <summary>The run that this one was forked from; null if it was not. Read to its end when it is first asked for: what the parent did after the fork left it is none of the fork's affair.</summary>
    public RunRecord? Parent => _parent ??= _streams.Parent is { } parent ? new RunRecord(parent, Artefacts) : null;
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

    /// <inheritdoc cref="RunStreams.Training"/>
    public IEnumerable<ReadEvent> Training() => _streams.Training();

    /// <inheritdoc cref="RunStreams.Evaluations"/>
    public IEnumerable<ReadEvent> Evaluations() => _streams.Evaluations();

    /// <summary>Whether an event is in one of the run's own streams, and not in what a fork shares with its parent.</summary>
    public bool Owns(ReadEvent read) => read.Stream == Id.TrainingStream || read.Stream == Id.EvaluationStream;

    /// <summary>The run in whose own log a step is: this one, or one of those it was forked from.</summary>
    public RunRecord OwnerOf(int step) => State.Started?.Parent is { } fork && step <= fork.Step ? Parent!.OwnerOf(step) : this;

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
}
