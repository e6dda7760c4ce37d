using System.Globalization;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Host.Reading;
using ActorRlhf.Models.Compute;

namespace ActorRlhf.Host.Inquiry;

/// <summary>What executing steps of a run again came to.</summary>
/// <param name="Steps">Those that were asked for and found equal.</param>
/// <param name="Stages">The stages before RL that were.</param>
/// <param name="Evaluations">The steps after which a held-out evaluation was.</param>
/// <param name="Events">Events of steps and stages.</param>
/// <param name="LargestDifference">
/// The largest difference within the tolerance, relative to the larger of both numbers and 1; 0 where every bit must agree.
/// </param>
/// <param name="FirstBad">The first event that differs; null if none does.</param>
sealed record RecomputedSteps(
    IReadOnlyList<int> Steps, IReadOnlyList<string> Stages, IReadOnlyList<int> Evaluations,
    int Events, double LargestDifference, AuditFinding? FirstBad)
{
    /// <summary>Nothing was asked for.</summary>
    public static readonly RecomputedSteps None = new([], [], [], 0, 0, null);

    /// <summary>Executes steps again, a fork's shared ones under its parent's recipe.</summary>
    /// <param name="listener">Hears how that goes on.</param>
    /// <param name="pool">Where to compute, beside others; null for threads of its own.</param>
    /// <exception cref="OtherBuildException">Another build trained the run, and nobody has accepted this one.</exception>
    /// <exception cref="StepNotLoggedException">The run has none of these steps.</exception>
    public static async Task<RecomputedSteps> OfAsync(
        RunRecord run, StepRange range, double tolerance, bool acceptBuild, InquiryListener listener, ComputePool? pool,
        CancellationToken ct)
    {
        var (first, last) = (Math.Max(1, range.First), Math.Min(run.State.Step, range.Last));
        if (first > last) throw new StepNotLoggedException(run.Id, range.First, run.State, first: 1);
        range.SayIfCut(run, listener.Say);
        var (done, evaluated, largest) = (new List<int>(), new List<int>(), 0.0);
        try
        {
            foreach (var part in Enumerable.Range(first, last - first + 1)
                .GroupBy(step => run.OwnerOf(step).Id)
                .Select(group => group.ToArray()))
            {
                var owner = run.OwnerOf(part[0]);
                var checkpoint = Recomputation.NearestCheckpoint(owner, part[0] - 1);
                listener.Say($"executing steps {part[0]} to {part[^1]} again, from the checkpoint of step {checkpoint} of run {owner.Id}");
                using var recomputation = new Recomputation(owner, StoredWorld.Of(owner), acceptBuild, tolerance, pool);
                void Count(int step)
                {
                    if (step < part[0]) return;
                    done.Add(step);
                    listener.Progress((double)done.Count / (last - first + 1));
                }
                try { await recomputation.ExecuteAsync(part[0], part[^1], Count, ct).ConfigureAwait(false); }
                finally { evaluated.AddRange(recomputation.Evaluations); }
                largest = Math.Max(largest, recomputation.LargestDifference);
            }
        }
        catch (RecomputationDifferenceException difference)
        {
            return new RecomputedSteps(done, [], evaluated, 0, largest, Finding(difference));
        }
        return new RecomputedSteps(done, [], evaluated, StepRecord.Of(run, done.Contains).Sum(step => step.Events.Count), largest, null);
    }

    /// <summary>Executes a whole run again, a fork's shared past as its parent's.</summary>
    /// <param name="listener">Hears how that goes on.</param>
    /// <param name="pool">Where to compute, beside others; null for threads of its own.</param>
    /// <exception cref="OtherBuildException">Another build trained the run, and nobody has accepted this one.</exception>
    public static async Task<RecomputedSteps> OfAllAsync(
        RunRecord run, bool acceptBuild, InquiryListener listener, ComputePool? pool, CancellationToken ct)
    {
        var (steps, stages, evaluations, events) = (new List<int>(), new List<string>(), new List<int>(), 0);
        IReadOnlyList<NamedArtefact>? inherited = null;
        int? child = null;                            // the step where the next one leaves
        var line = new Stack<(RunRecord Run, int? Until)>();
        for (var one = run; one is not null; one = one.Parent)
        {
            line.Push((one, child));
            child = one.State.Parent?.Step;
        }
        while (line.TryPop(out var part))
        {
            var whole = new WholeRecomputation(part.Run, acceptBuild, pool) { Inherited = inherited };
            var progress = Progress(part.Run, part.Until ?? part.Run.State.Step, run.State.Step, listener);
            try { inherited = await whole.ExecuteAsync(part.Until, progress, ct).ConfigureAwait(false); }
            catch (RecomputationDifferenceException difference)
            {
                return new RecomputedSteps(
                    [.. steps, .. whole.Steps], [.. stages, .. whole.Stages], [.. evaluations, .. whole.Evaluations],
                    0, 0, Finding(difference));
            }
            steps.AddRange(whole.Steps);
            stages.AddRange(whole.Stages);
            evaluations.AddRange(whole.Evaluations);
            events += whole.Events;
        }
        if (events == 0) listener.Say($"run {run.Id} has done nothing yet that could be executed again");
        // A fork evaluates the step that it shares anew.
        return new RecomputedSteps(steps, stages, [.. evaluations.Distinct()], events, 0, null);
    }

    /// <summary>Says each stage, and of the steps every tenth part.</summary>
    static Action<string> Progress(RunRecord run, int last, int all, InquiryListener listener)
    {
        var every = Math.Max(1, (last + 9) / 10);
        var said = "";
        return what =>
        {
            var isStep = what.StartsWith("step ", StringComparison.Ordinal);
            if (what == said
                || what.StartsWith("evaluation ", StringComparison.Ordinal)
                || what.StartsWith("checkpoint ", StringComparison.Ordinal))
                return;
            var step = isStep ? int.Parse(what["step ".Length..], CultureInfo.InvariantCulture) : 0;
            if (isStep) listener.Progress(Math.Min(1, (step - 1.0) / Math.Max(1, all)));
            if (isStep && step % every != 1 % every) return;
            listener.Say($"executing {said = what}{(isStep ? $" of {last}" : "")} of run {run.Id} again");
        };
    }

    static AuditFinding Finding(RecomputationDifferenceException difference) =>
        new(difference.Logged.Stream, difference.Logged.Sequence, AuditFindingKind.Recompute, difference.Message);
}
