using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
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
public sealed record LoggedRollout(int Step, string? Set, ContentHash Artefact, StreamHead Source, float[][] Members)
{
    /// <summary>How many completions it has.</summary>
    public int Count => Members[0].Length;

    /// <summary>The completions as an evaluator sees them.</summary>
    /// <param name="artefacts">Where they are.</param>
    /// <param name="needs">What it must be given; it gets nothing else.</param>
    public IReadOnlyList<EvaluationItem> ItemsFor(EvaluatorNeeds needs, ArtefactStore artefacts) =>
        [.. EvaluationItems.Of(RolloutRow.Read(artefacts, Artefact), Members).Select(item => EvaluationItems.For(needs, item))];

    /// <summary>
    /// The rollouts of a run's own log that were scored, those of training first, in order of the steps. What a fork shares with its parent
    /// is the parent's.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="wanted">By step and set.</param>
    public static IEnumerable<LoggedRollout> Of(RunRecord run, Func<int, string?, bool> wanted)
    {
        RolloutCollected? rollout = null;
        StreamHead at = default;
        foreach (var read in run.Training().Concat(run.Evaluations()).Where(run.Owns))
            switch (read.Event)
            {
                case RolloutCollected collected:
                    (rollout, at) = (collected, collected.Source ?? new StreamHead(read.Sequence, read.Hash));
                    break;
                case RewardScored scored when rollout is not null && wanted(rollout.Step, rollout.Set):
                    yield return new LoggedRollout(
                        rollout.Step, rollout.Set, rollout.Artefact, at, RewardMeasurement.MembersOf(scored));
                    rollout = null;
                    break;
            }
    }
}
