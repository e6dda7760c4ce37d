namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>A step was asked for that a run has not done.</summary>
/// <param name="run">The run.</param>
/// <param name="step">What was asked for.</param>
public sealed class RunNotThereYetException(RunRecord run, int step) : Exception(run.State.Stage(Stages.StageNames.RewardModels) is null
    ? $"run {run.Id} has no step {step}: it has not finished the stages before RL"
    : $"run {run.Id} has no step {step}: its last one is {run.State.Step}; give a step from 0 to {run.State.Step}")
{
    /// <summary>What was asked for.</summary>
    public int Step { get; } = step;
}
