using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>What an audit looked at and what it found.</summary>
/// <param name="Streams">
/// Each stream with the number of its events that the run's history has, in the
/// order in which they were read: what a fork shares with its parents first.
/// </param>
/// <param name="Artefacts">Files whose bytes were hashed; one that several events name counts once.</param>
/// <param name="Steps">Steps whose numbers were computed again.</param>
/// <param name="Evaluations">Held-out evaluations whose numbers were computed again.</param>
/// <param name="Head">
/// The last event of the training stream that is linked to its beginning; of a fork whose parent is damaged, the last of the parent's.
/// </param>
/// <param name="FirstBad">The earliest fault; null if all is well.</param>
public sealed record AuditReport(
    RunId Run, IReadOnlyList<(string Stream, long Events)> Streams, int Artefacts,
    int Steps, int Evaluations, StreamHead Head, AuditFinding? FirstBad)
{
    /// <summary>
    /// Stages taken from runs that are not at hand: whether they are what their inputs give is known by executing them again only.
    /// </summary>
    public IReadOnlyList<StageReused> NotFollowed { get; init; } = [];

    /// <summary>Whether nothing is wrong.</summary>
    public bool Ok => FirstBad is null;
    /// <summary>Events of all streams.</summary>
    public long Events => Streams.Sum(stream => stream.Events);
    /// <summary>Those of the run's own two streams; the others a fork shares.</summary>
    public long OwnEvents =>
        Streams.Where(stream => stream.Stream == Run.TrainingStream || stream.Stream == Run.EvaluationStream).Sum(stream => stream.Events);
}
