using ActorRlhf.Actors.Log.Streams;

namespace ActorRlhf.Actors.Runs.Launching;

/// <summary>
/// How a run comes to life in a host. The reply is a <c>RunView</c> when its log has been read, <c>Rejected</c> or <c>PersistFailed</c>.
/// </summary>
/// <param name="Run">Its id.</param>
/// <param name="AcceptBuild">Whether a person accepts that this build goes on with what another one trained.</param>
public abstract record RunLaunch(RunId Run, bool AcceptBuild);

/// <summary>How a new run comes to life.</summary>
public abstract record BeginRun(RunId Run, bool AcceptBuild) : RunLaunch(Run, AcceptBuild);

/// <summary>Begin a run.</summary>
/// <param name="Recipe">Text of its recipe, YAML; relative paths are relative to the host's current directory.</param>
public sealed record LaunchRun(RunId Run, string Recipe, bool AcceptBuild = false) : BeginRun(Run, AcceptBuild);

/// <summary>Begin a run that shares another one's past.</summary>
/// <param name="Parent">The other: its id, the beginning of it, or <c>latest</c>.</param>
/// <param name="Step">The last step that both share; 0 is before RL.</param>
/// <param name="Overrides"><c>key=value</c>: what the fork does differently from there.</param>
public sealed record ForkRun(
    RunId Run, string Parent, int Step, IReadOnlyList<string> Overrides, bool AcceptBuild = false) : BeginRun(Run, AcceptBuild);

/// <summary>
/// Go on with a run of the store that no actor of this host works at: one that was paused, or that a former host left; or begin one
/// that waits.
/// </summary>
/// <param name="Overrides">
/// <c>key=value</c> of keys that do not determine the result; the run's log will say so, and they stay until they are changed again.
/// </param>
/// <param name="Reason">Who asks.</param>
public sealed record ContinueRun(
    RunId Run, IReadOnlyList<string> Overrides, string Reason, bool AcceptBuild = false) : RunLaunch(Run, AcceptBuild);
