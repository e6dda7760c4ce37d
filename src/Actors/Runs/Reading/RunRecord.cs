using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Journal;
using ActorRlhf.Actors.Recipes;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>One run, read from its events.</summary>
public sealed class RunRecord
{
    readonly JournalReader _journal;

    internal RunRecord(RunId id, JournalReader journal, ArtefactStore artefacts)
    {
        (Id, _journal, Artefacts) = (id, journal, artefacts);
        var (state, trajectory) = (RunState.Empty, default(TrajectoryDigest));
        foreach (var read in Training())
        {
            var fact = read.Event;
            if (fact is RunStarted started) (trajectory, Started) = (new TrajectoryDigest(started.Identity), read.Envelope.Time);
            if (RunHosting.Catalogue.IsTrajectory(read.Manifest)) trajectory = trajectory.Add(read.Manifest, read.Stored.Payload);
            state = Run.Evolve(state, fact);
            Head = new StreamHead(read.Sequence, read.Hash);
            LastWritten = read.Envelope.Time;
        }
        (State, Trajectory) = (state, trajectory.Value);
        Recipe = RecipeReader.Parse(state.Started?.Recipe ?? "", id.Value, checkPaths: false);
    }

    /// <summary>The run.</summary>
    public RunId Id { get; }
    /// <summary>Where its artefacts are.</summary>
    public ArtefactStore Artefacts { get; }
    /// <summary>Where it stands.</summary>
    public RunState State { get; }
    /// <summary>What it was told.</summary>
    public Recipe Recipe { get; }
    /// <summary>The last event of the training stream.</summary>
    public StreamHead Head { get; }
    /// <summary>Digest of what made the weights.</summary>
    public ContentHash Trajectory { get; }
    /// <summary>When the first event was written, UTC.</summary>
    public DateTimeOffset Started { get; }
    /// <summary>When the last event of the training stream was written, UTC.</summary>
    public DateTimeOffset LastWritten { get; }

    /// <summary>The training stream from its beginning, read anew at each call.</summary>
    public IEnumerable<ReadEvent> Training() => _journal.Read(Id.TrainingStream);

    /// <summary>The evaluation stream from its beginning, read anew at each call.</summary>
    public IEnumerable<ReadEvent> Evaluations() => _journal.Read(Id.EvaluationStream);
}
