namespace ActorRlhf.Actors.Runs.Launching;

/// <summary>
/// Write down that a run is wanted, and begin it later. The reply is the run's <c>RunView</c> when that is durable, or <c>Rejected</c>.
/// </summary>
/// <param name="Wanted">The run; whether another build is accepted is asked when it begins.</param>
/// <param name="By">The person or token that asks.</param>
/// <param name="Priority">Of two runs that wait, the one with the higher number begins first.</param>
public sealed record QueueRun(BeginRun Wanted, string By, int Priority = 0);
