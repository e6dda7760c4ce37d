using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>A run as of one of its training events: the fold of everything up to there.</summary>
/// <param name="State">Where it stood.</param>
/// <param name="Trajectory">Digest of what had made the weights.</param>
public sealed record RunPoint(RunState State, ContentHash Trajectory, StreamHead Head)
{
    /// <summary>Before the first event.</summary>
    public static readonly RunPoint Empty = new(RunState.Empty, default, default);

    /// <summary>After one more event.</summary>
    public RunPoint Add(ReadEvent read)
    {
        var trajectory = EventCatalogue.Known.Trajectory(
            new TrajectoryDigest(Trajectory), (read.Event as RunStarted)?.TrajectoryOrigin(), read.Stored);
        return new RunPoint(Run.Evolve(State, read.Event), trajectory.Value, new StreamHead(read.Sequence, read.Hash));
    }
}
