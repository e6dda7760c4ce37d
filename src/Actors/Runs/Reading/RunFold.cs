using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Journal;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>What the events of a run's training stream add up to, taken in one after the other.</summary>
sealed class RunFold
{
    TrajectoryDigest _trajectory;

    /// <summary>Where the run stands.</summary>
    public RunState State { get; private set; } = RunState.Empty;
    /// <summary>The last event.</summary>
    public StreamHead Head { get; private set; }
    /// <summary>Digest of what made the weights.</summary>
    public ContentHash Trajectory => _trajectory.Value;

    /// <summary>Takes in the next event.</summary>
    public void Add(ReadEvent read)
    {
        if (read.Event is RunStarted started) _trajectory = new TrajectoryDigest(started.Identity);
        if (RunHosting.Catalogue.IsTrajectory(read.Manifest)) _trajectory = _trajectory.Add(read.Manifest, read.Stored.Payload);
        State = Run.Evolve(State, read.Event);
        Head = new StreamHead(read.Sequence, read.Hash);
    }
}
