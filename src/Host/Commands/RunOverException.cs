using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Host.Commands;

/// <summary>A run that has ended was to go on.</summary>
/// <param name="run">The run.</param>
sealed class RunOverException(RunRecord run)
    : Exception($"run {run.Id} is {run.State.Status.ToString().ToLowerInvariant()}{(run.State.Reason is { } reason ? $" ({reason.TrimEnd('.')})" : "")} and cannot go on; 'fork {run.Id} --at STEP' begins a new run behind any of its steps");
