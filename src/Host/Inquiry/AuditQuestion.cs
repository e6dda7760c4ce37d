using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Runs.Witnessing;

namespace ActorRlhf.Host.Inquiry;

/// <summary>What is asked of a run's log.</summary>
/// <param name="IsBeingWritten">Whether somebody writes it, so that the run may be about to end.</param>
/// <param name="Recompute">What to execute again; null for nothing.</param>
/// <param name="Head">A head that somebody saw; null for none.</param>
/// <param name="Told">What a witness was told; null for none.</param>
/// <param name="Tolerance">How far a number may be from the log's; 0 where every bit must agree.</param>
/// <param name="AcceptBuild">Whether this build may execute steps of a run that another one trained.</param>
sealed record AuditQuestion(
    bool IsBeingWritten, RecomputedRange? Recompute = null, StreamHead? Head = null, WitnessFile? Told = null, double Tolerance = 0,
    bool AcceptBuild = false);
