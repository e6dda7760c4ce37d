using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Models.Algorithms.Ppo;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>One step of RL as the log has it. What a step that was not applied did not come to is null.</summary>
/// <param name="Step">From 1.</param>
/// <param name="Run">Where its artefacts are.</param>
/// <param name="Events">
/// All of the step's events, in order; the last is a <see cref="PolicyUpdated"/>,
/// <see cref="StepSkipped"/> or <see cref="StepRolledBack"/>.
/// </param>
public sealed record StepRecord(int Step, RunRecord Run, IReadOnlyList<ReadEvent> Events)
{
    /// <summary>The rollout.</summary>
    public RolloutCollected? Rollout => Find<RolloutCollected>();
    /// <summary>The members' scores.</summary>
    public RewardScored? Scored => Find<RewardScored>();
    /// <summary>The KL from the reference.</summary>
    public KlMeasured? Kl => Find<KlMeasured>();
    /// <summary>The update; null if the step was not applied.</summary>
    public PolicyUpdated? Updated => Find<PolicyUpdated>();

    /// <summary>The steps of a run in order, read as they are asked for.</summary>
    /// <param name="wanted">Which steps.</param>
    /// <param name="from">None of them is before this one.</param>
    public static IEnumerable<StepRecord> Of(RunRecord run, Func<int, bool> wanted, int from = 0)
    {
        var events = new List<ReadEvent>();
        foreach (var read in run.TrainingFrom(from))
        {
            if (!EventSteps.IsPartOfStep(read.Event)) continue;
            events.Add(read);
            if (EventSteps.EndedBy(read.Event) is not { } step) continue;
            if (wanted(step)) yield return new StepRecord(step, run, [.. events]);
            events.Clear();
        }
    }

    /// <summary>The completions; reads the rollout's artefact.</summary>
    /// <exception cref="InvalidOperationException">The step has no rollout.</exception>
    public IReadOnlyList<RolloutRow> Rows() => RolloutRow.Read(Run.Artefacts, (Rollout ?? throw Lacks("rollout")).Artefact);

    /// <summary>The per-token numbers; reads the update's artefact.</summary>
    /// <exception cref="InvalidOperationException">The step was not applied.</exception>
    public StepTokens Tokens()
    {
        var artefact = (Updated ?? throw Lacks("update")).Artefact;
        return StepTokens.Read(Run.Artefacts.Read(artefact), $"artefact {artefact}");
    }

    T? Find<T>() where T : class, IEvent => Events.Select(read => read.Event).OfType<T>().FirstOrDefault();

    InvalidOperationException Lacks(string what) => new($"step {Step} of run {Run.Id} has no {what}");
}
