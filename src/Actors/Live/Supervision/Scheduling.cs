using ActorRlhf.Actors.Runs.Launching;

namespace ActorRlhf.Actors.Live.Supervision;

/// <summary>How a long-lived host lets its runs take turns.</summary>
/// <param name="AtOnce">Most runs that it works at, at least 1.</param>
/// <param name="AcceptsOtherBuilds">
/// Whether it goes on with runs that another build trained, which each log says then; otherwise such a run waits for a person.
/// </param>
/// <param name="Memory">What its runs may take together; null for whatever they take.</param>
public sealed record Scheduling(int AtOnce, bool AcceptsOtherBuilds = false, MemoryLimit? Memory = null);
