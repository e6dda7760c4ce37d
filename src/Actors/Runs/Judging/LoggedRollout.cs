using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Runs.Judging;

/// <summary>A rollout that a log has, to be judged.</summary>
/// <param name="Step">Updates of the policy that sampled it, or the training step whose rollout it is.</param>
/// <param name="Set">The held-out set; null for the rollout of a training step.</param>
/// <param name="Artefact">Its completions.</param>
/// <param name="Source">The point of the training stream that was looked at.</param>
/// <param name="Members">(K)(B) scores by the reward models.</param>
/// <param name="Kl">What was measured against the reference; null for a step that was left out before that.</param>
/// <param name="BeforeRl">
/// What the policy said to the same held-out prompts before RL, to compare with; null for a training step's rollout, whose prompts
/// nobody answered before.
/// </param>
public sealed record LoggedRollout(
    int Step, string? Set, ContentHash Artefact, StreamHead Source, float[][] Members, KlMeasured? Kl, ContentHash? BeforeRl)
{
    /// <summary>How many completions it has.</summary>
    public int Count => Members[0].Length;

    /// <summary>The completions as an evaluator sees them.</summary>
    /// <param name="needs">What it must be given; it gets nothing else.</param>
    /// <param name="artefacts">Where they are.</param>
    public IReadOnlyList<EvaluationItem> ItemsFor(EvaluatorNeeds needs, ArtefactStore artefacts) =>
        [.. Items(needs, artefacts).Select(item => EvaluationItems.For(needs, item))];

    /// <summary>The completions with what the log says of them.</summary>
    /// <param name="needs">What somebody needs; what is read for nobody may be there, too.</param>
    /// <param name="artefacts">Where they are.</param>
    internal EvaluationItem[] Items(EvaluatorNeeds needs, ArtefactStore artefacts) => EvaluationItems.Of(
        RolloutRow.Read(artefacts, Artefact), Members, Kl,
        needs.HasFlag(EvaluatorNeeds.Pairs) && BeforeRl is { } before ? RolloutRow.Read(artefacts, before) : null);

    /// <summary>
    /// The rollouts of a run's own log that were scored, those of training first, in order of the steps. What a fork shares with its parent
    /// is the parent's.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="wanted">By step and set.</param>
    public static IEnumerable<LoggedRollout> Of(RunRecord run, Func<int, string?, bool> wanted) =>
        Of(run.Training().Where(run.Owns), wanted, beforeRl: null)
            .Concat(Of(run.Evaluations().Where(run.Owns), wanted, HeldoutBeforeRl(run)));

    /// <summary>The held-out rollout before RL: a fork's is its parent's. Null where there is none yet.</summary>
    public static ContentHash? HeldoutBeforeRl(RunRecord run) =>
        run.Evaluations().Select(read => read.Event).OfType<RolloutCollected>().FirstOrDefault(rollout => rollout.Step == 0)?.Artefact;

    /// <summary>What the events of one rollout say.</summary>
    /// <param name="at">Where the rollout's event is; what it looked at itself goes before.</param>
    internal static LoggedRollout Of(RolloutCollected rollout, StreamHead at, RewardScored scored, KlMeasured? kl, ContentHash? beforeRl) =>
        new(rollout.Step, rollout.Set, rollout.Artefact, rollout.Source ?? at, RewardMeasurement.MembersOf(scored), kl, beforeRl);

    static IEnumerable<LoggedRollout> Of(IEnumerable<ReadEvent> stream, Func<int, string?, bool> wanted, ContentHash? beforeRl)
    {
        RolloutCollected? rollout = null;
        RewardScored? scored = null;
        KlMeasured? kl = null;
        StreamHead at = default;
        foreach (var read in stream)
            switch (read.Event)
            {
                case RolloutCollected collected:
                    if (rollout is not null && scored is not null) yield return Of(rollout, at, scored, kl, beforeRl);
                    (rollout, scored, kl) = (wanted(collected.Step, collected.Set) ? collected : null, null, null);
                    at = new StreamHead(read.Sequence, read.Hash);
                    break;
                case RewardScored scores: scored = scores; break;
                case KlMeasured measured: kl = measured; break;
            }
        if (rollout is not null && scored is not null) yield return Of(rollout, at, scored, kl, beforeRl);
    }
}
