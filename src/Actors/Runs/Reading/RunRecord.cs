using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Journal;
using ActorRlhf.Actors.Recipes;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>One run, read from its events.</summary>
public sealed class RunRecord
{
    readonly RunStreams _streams;

    internal RunRecord(RunStreams streams, ArtefactStore artefacts)
    {
        (_streams, Artefacts) = (streams, artefacts);
        var fold = new RunFold();
        foreach (var read in Training())
        {
            fold.Add(read);
            if (read.Event is RunStarted) Started = read.Envelope.Time;
            LastWritten = read.Envelope.Time;
        }
        (State, Trajectory, Head) = (fold.State, fold.Trajectory, fold.Head);
        Recipe = RecipeReader.Parse(State.Started?.Recipe ?? "", Id.Value, checkPaths: false);
    }

    /// <summary>The run.</summary>
    public RunId Id => _streams.Run;
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
    public IEnumerable<ReadEvent> Training() => _streams.Training();

    /// <summary>The evaluation stream from its beginning, read anew at each call.</summary>
    public IEnumerable<ReadEvent> Evaluations() => _streams.Evaluations();
}
