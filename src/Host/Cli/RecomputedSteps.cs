using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Cli;

/// <summary>What executing steps of a run again came to.</summary>
/// <param name="Steps">Those that were asked for and found equal.</param>
/// <param name="Events">Their events.</param>
/// <param name="LargestDifference">The largest difference within the tolerance, relative to the larger of both numbers and 1; 0 where every bit must agree.</param>
/// <param name="FirstBad">The first event that differs; null if none does.</param>
sealed record RecomputedSteps(IReadOnlyList<int> Steps, int Events, double LargestDifference, AuditFinding? FirstBad)
{
    /// <summary>Nothing was asked for.</summary>
    public static readonly RecomputedSteps None = new([], 0, 0, null);

    /// <summary>Executes steps again, a fork's shared ones under its parent's recipe.</summary>
    /// <exception cref="OtherBuildException">Another build trained the run, and nobody has accepted this one.</exception>
    /// <exception cref="StepNotLoggedException">The run has none of these steps.</exception>
    public static async Task<RecomputedSteps> OfAsync(RunRecord run, StepRange range, double tolerance, bool acceptBuild, CancellationToken ct)
    {
        var (first, last) = (Math.Max(1, range.First), Math.Min(run.State.Step, range.Last));
        if (first > last) throw new StepNotLoggedException(run.Id, range.First, run.State, first: 1);
        range.SayIfCut(run);
        var (done, largest) = (new List<int>(), 0.0);
        try
        {
            foreach (var part in Enumerable.Range(first, last - first + 1).GroupBy(step => run.OwnerOf(step).Id).Select(group => group.ToArray()))
            {
                var owner = run.OwnerOf(part[0]);
                Talk.Say($"executing steps {part[0]} to {part[^1]} again, from the checkpoint of step {Recomputation.NearestCheckpoint(owner, part[0] - 1)} of run {owner.Id}");
                using var recomputation = new Recomputation(owner, StoredWorld.Of(owner), acceptBuild, tolerance);
                await recomputation.ExecuteAsync(part[0], part[^1], step => { if (step >= part[0]) done.Add(step); }, ct).ConfigureAwait(false);
                largest = Math.Max(largest, recomputation.LargestDifference);
            }
        }
        catch (RecomputationDifferenceException difference)
        {
            return new RecomputedSteps(done, 0, largest, new AuditFinding(difference.Logged.Stream, difference.Logged.Sequence, AuditFindingKind.Recompute, difference.Message));
        }
        return new RecomputedSteps(done, StepRecord.Of(run, done.Contains).Sum(step => step.Events.Count), largest, null);
    }
}
