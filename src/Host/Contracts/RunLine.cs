using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Host.Contracts;

/// <summary>A run in one line.</summary>
/// <param name="Run">Its id.</param>
/// <param name="Recipe">Name of its recipe.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Step">Steps that count.</param>
/// <param name="Steps">Steps of the recipe.</param>
/// <param name="Head">Last event of the training stream, <c>SEQUENCE:HASH</c>.</param>
/// <param name="Trajectory">Digest of what made the weights.</param>
/// <param name="NotApplied">Those of its steps that were not applied, each reason once; empty if all were.</param>
/// <param name="Started">When it began, UTC; null while it waits.</param>
record RunLine(
    string Run, string Recipe, ulong Seed, string State, int Step, int Steps, string Head, string Trajectory,
    IReadOnlyList<StepsNotApplied> NotApplied, DateTime? Started)
{
    public static RunLine Of(RunRecord run) => new(
        run.Id.Value, run.Plan.Name, run.Plan.Seed,
        run.State.Status.ToString().ToLowerInvariant(), run.State.Step, run.Plan.Steps,
        run.Head.ToString(), run.Trajectory.ToString(), run.State.NotApplied, run.Began?.UtcDateTime);
}
