using System.Globalization;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using static System.FormattableString;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>A run's log ends before the step that was asked for.</summary>
/// <param name="step">The step that was asked for.</param>
/// <param name="state">Where the log ends.</param>
/// <param name="first">The first step that could be asked for: 0, or 1 where only steps of RL are wanted.</param>
public sealed class StepNotLoggedException(RunId run, int step, RunState state, int first = 0)
    : Exception(string.Create(CultureInfo.InvariantCulture,
        $"step {step} is not in the log of run {run}, which {LogOf(state)}; expected {Expected(state, first)}"))
{
    /// <summary>The run.</summary>
    public RunId Run { get; } = run;
    /// <summary>The step that was asked for.</summary>
    public int Step { get; } = step;

    static string LogOf(RunState state) => state.Step > 0 ? Invariant($"ends after step {state.Step}") : "has no step of RL yet";

    static string Expected(RunState state, int first) =>
        state.Stage(StageNames.RewardModels) is null ? "no step until the stages before RL are done"
        : state.Step < first ? "no step until one of RL is done"
        : Invariant($"{first} to {state.Step}");
}
