using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Recomputing;

/// <summary>The held-out evaluations of a run's own evaluation stream, with which those that are executed again are compared.</summary>
/// <remarks>What evaluators say is not asked for again: the audit computes that from the completions.</remarks>
sealed class LoggedEvaluations : IHeldoutEvaluations
{
    readonly RunRecord _run;
    readonly StepComparison _comparison;
    readonly Dictionary<int, ReadEvent[]> _logged;            // rollout, scores and KL, by step

    /// <param name="run">The run.</param>
    /// <param name="comparison">How exactly they must agree.</param>
    public LoggedEvaluations(RunRecord run, StepComparison comparison)
    {
        (_run, _comparison) = (run, comparison);
        _logged = run.Evaluations().Where(read => run.Owns(read) && read.Event is RolloutCollected or RewardScored or KlMeasured)
            .GroupBy(read => EventSteps.Of(read.Event)!.Value).ToDictionary(step => step.Key, step => step.ToArray());
    }

    /// <summary>The steps that were asked for, whether the log has them or not.</summary>
    public HashSet<int> Asked { get; } = [];

    /// <summary>Those that the log has and that were found equal, in order.</summary>
    public List<int> Equal { get; } = [];

    /// <summary>Whether the log has the evaluation after a step.</summary>
    public bool Has(int step) => _logged.ContainsKey(step);

    /// <summary>The completions that the log has of a step.</summary>
    public IReadOnlyList<RolloutRow> Completions(int step) =>
        RolloutRow.Read(_run.Artefacts, ((RolloutCollected)_logged[step][0].Event).Artefact);

    /// <summary>What the log does not have is not executed again.</summary>
    public Task<HeldoutPoint?> FindAsync(int step, CancellationToken ct)
    {
        Asked.Add(step);
        return Task.FromResult(Has(step) ? null : new HeldoutPoint(step, null, null, null, null));
    }

    /// <summary>Compares an evaluation with the log.</summary>
    /// <exception cref="RecomputationDifferenceException">It differs.</exception>
    public Task<HeldoutPoint> RecordAsync(HeldoutRollout rollout, CancellationToken ct)
    {
        var logged = _logged[rollout.Step];
        // Where the training stream was then is the audit's affair.
        IEvent[] again = [.. rollout.Events.Select((timed, i) => i < logged.Length ? SeenFrom(logged[i].Event, timed.Fact) : timed.Fact)];
        if (_comparison.FirstDifference([.. logged.Select(read => read.Event)], again) is { } difference)
            throw new RecomputationDifferenceException(
                _run.Id, $"the evaluation after step {rollout.Step}",
                logged[Math.Min(difference.Index, logged.Length - 1)], difference.What);
        Asked.Add(rollout.Step);
        Equal.Add(rollout.Step);
        return Task.FromResult(new HeldoutPoint(rollout.Step, null, null, null, null));
    }

    static IEvent SeenFrom(IEvent logged, IEvent again) => (logged, again) switch
    {
        (RolloutCollected a, RolloutCollected b) => b with { Source = a.Source },
        (RewardScored a, RewardScored b) => b with { Source = a.Source },
        (KlMeasured a, KlMeasured b) => b with { Source = a.Source },
        _ => again,
    };
}
