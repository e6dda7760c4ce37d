using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Launching;

/// <summary>A run that has ended was to go on.</summary>
public sealed class RunOverException(RunRecord run)
    : Exception(
        $"run {run.Id} is {run.State.Status.ToString().ToLowerInvariant()}"
        + $"{(run.State.Reason is { } reason ? $" ({reason.TrimEnd('.')})" : "")} and cannot go on; "
        + (run.State.LastStepThatAgreed is { } step
            ? $"'fork {run.Id} --at {step}' begins a new run behind the last step that agreed"
            : $"'fork {run.Id} --at STEP' begins a new run behind any of its steps"));
