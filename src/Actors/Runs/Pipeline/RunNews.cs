using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Workers;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>
/// What a run tells whoever looks on, over the actor system's event stream; a courtesy, lost without harm. The truth is in the log.
/// </summary>
public abstract record RunNews(RunId Run);

/// <summary>Somebody makes what the run needs before it can begin or go on; said again and again while that lasts.</summary>
public sealed record RunBeingPrepared(RunId Run) : RunNews(Run);

/// <summary>What a person should know of a run that is about to begin or to go on.</summary>
/// <param name="Text">A sentence.</param>
public sealed record RunNoted(RunId Run, string Text) : RunNews(Run);

/// <summary>A stage moved on.</summary>
/// <param name="Progress">How far it is.</param>
public sealed record RunProgress(RunId Run, TrainingProgress Progress) : RunNews(Run);

/// <summary>A stage is stored.</summary>
/// <param name="Stage">Its name.</param>
public sealed record StageEnded(RunId Run, string Stage, IReadOnlyList<TimedEvent> Events) : RunNews(Run);

/// <summary>A step is stored, or was executed again.</summary>
/// <param name="Step">From 1.</param>
/// <param name="Steps">Steps of the recipe.</param>
public sealed record StepEnded(RunId Run, int Step, int Steps, IReadOnlyList<TimedEvent> Events) : RunNews(Run);

/// <summary>A held-out evaluation is stored.</summary>
/// <param name="Evaluation">Its figures.</param>
public sealed record RunEvaluated(RunId Run, HeldoutPoint Evaluation) : RunNews(Run);

/// <summary>Somebody outside could not be told.</summary>
/// <param name="Run">Which run.</param>
/// <param name="Whom">In words: the witness or the webhook, with its file or address.</param>
/// <param name="Reason">Why.</param>
/// <param name="IsTriedAgain">A witness's file is with the next checkpoint, an address sooner; false where it is given up.</param>
public sealed record RunNotTold(RunId Run, string Whom, string Reason, bool IsTriedAgain) : RunNews(Run);

/// <summary>The run came to an end or waits for a person.</summary>
/// <param name="View">Where it stands.</param>
public sealed record RunEnded(RunView View) : RunNews(View.Run);

/// <summary>A run as its actor sees it; the reply to a command.</summary>
/// <param name="Head">The last event.</param>
/// <param name="Trajectory">Digest of what made the weights.</param>
public sealed record RunView(RunId Run, RunState State, StreamHead Head, ContentHash Trajectory);

/// <summary>The reply to a command that cannot be carried out; nothing was stored.</summary>
/// <param name="Reason">Why; several lines where several things are wrong.</param>
/// <param name="Kind">What kind of reason that is.</param>
public sealed record Rejected(RunId Run, string Reason, RejectionKind Kind = RejectionKind.Impossible);

/// <summary>The run's actor stopped and is not started again; its log is as it was, and says that it is running.</summary>
/// <param name="Reason">Why.</param>
/// <param name="CanGoOn">Whether it can go on when somebody has mended what stopped it; not where its log cannot be read.</param>
public sealed record RunLost(RunId Run, string Reason, bool CanGoOn) : RunNews(Run);
