using System.Globalization;
using ActorRlhf.Actors.Live.Evaluations;
using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Live.Runs;
using ActorRlhf.Actors.Live.Workers;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Reusing;
using ActorRlhf.Actors.Runs.Witnessing;
using Akka.Actor;
using Akka.Event;

namespace ActorRlhf.Actors.Live.Supervision;

/// <summary>
/// Pass a command on to a run; the reply is the run's, <see cref="Rejected"/> if nobody works at it or it is about to start again, or
/// <see cref="PersistFailed"/> if it has not answered within 5 s. A command that the run gets to later than that is not carried out.
/// </summary>
/// <param name="Deadline">When it is too late, if that is earlier.</param>
public sealed record ForRun(RunId Run, RunCommand Command, DateTimeOffset? Deadline = null);

/// <summary>
/// Supervises the runs, one child each, so that one run's end is nobody else's, and prepares them: a <see cref="RunLaunch"/> is all that
/// it needs. Persists nothing: the runs do. A run whose actor
/// stopped by itself (its journal failed, a child was lost) is started again after a pause and recovers, unless only a person can
/// help; a paused run has no actor until somebody sends it a command. No command gets lost in between: it waits here while an actor
/// closes, and is rejected while one is about to start again.
/// </summary>
sealed class RunSupervisor : ReceiveActor, IWithTimers, IWithUnboundedStash
{
    // In a row, without a new step in between: with these pauses a database may be gone for a minute.
    const int MostRestarts = 12;
    static readonly TimeSpan s_answer = TimeSpan.FromSeconds(4.8);    // 5 s are promised, and the answer has a way to go
    static readonly TimeSpan s_firstBackOff = TimeSpan.FromMilliseconds(200), s_longestBackOff = TimeSpan.FromSeconds(10);

    readonly Store _store;
    readonly RunDesk _desk;
    readonly ArtefactRetention _retention;
    readonly Witnesses _witnesses;
    readonly IRunChildrenFactory _children;
    readonly IActorRef _evaluations;
    readonly EventCatalogue _catalogue;
    readonly TimeProvider _time;
    readonly Dictionary<RunId, Entry> _runs = [];
    readonly ILoggingAdapter _log = Context.GetLogger();
    readonly HashSet<RunId> _stirring = [];           // told to come to rest, and not there yet
    readonly List<IActorRef> _awaitingRest = [];
    RestRuns? _rest;

    /// <param name="store">Where runs are kept; opened for writing.</param>
    /// <param name="desk">Prepares them, and answers for those at which nobody works.</param>
    /// <param name="retention">Deletes them again.</param>
    /// <param name="witnesses">Told of checkpoints and ends.</param>
    /// <param name="children">How to create those who work for a run.</param>
    /// <param name="evaluations">Keeps the evaluations of all runs.</param>
    /// <param name="time">Clock of the envelopes.</param>
    public RunSupervisor(
        Store store, RunDesk desk, ArtefactRetention retention, Witnesses witnesses, IRunChildrenFactory children, IActorRef evaluations,
        EventCatalogue catalogue, TimeProvider time)
    {
        (_store, _desk, _retention, _witnesses, _children, _evaluations) = (store, desk, retention, witnesses, children, evaluations);
        (_catalogue, _time) = (catalogue, time);
        Receive<RunLaunch>(message => Answer(message.Run, message, CancellationToken.None));
        Receive<PreparedRun>(message => Answer(message.Run, message, CancellationToken.None));
        Receive<ForRun>(message => Answer(message.Run, message, new CancellationTokenSource(TimeLeft(message)).Token));
        Receive<Asked>(OnAsked);
        Receive<LetGo>(OnLetGo);
        Receive<Rejected>(message => Sender.Tell(message));
        Receive<RunNews>(OnNews);
        Receive<PersistFailed>(OnPersistFailed);
        Receive<RunActor.GoesOn>(message => OnGoesOn(_runs[message.Run]));
        Receive<RunActor.NotBegun>(OnNotBegun);
        Receive<StreamRecoveryFailed>(OnUnreadable);
        Receive<Terminated>(OnTerminated);
        Receive<StartAgain>(message => OnStartAgain(_runs[message.Run]));
        Receive<RestRuns>(OnRest);
        Receive<RaiseRuns>(_ => OnRaise());
        Receive<RunActor.AtRest>(message => OnAtRest(message.Run));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    public IStash Stash { get; set; } = null!;

    /// <summary>How to create one.</summary>
    public static Props Props(
        Store store, RunDesk desk, ArtefactRetention retention, Witnesses witnesses, IRunChildrenFactory children, IActorRef evaluations,
        EventCatalogue catalogue, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new RunSupervisor(store, desk, retention, witnesses, children, evaluations, catalogue, time));

    /// <inheritdoc/>
    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(RunNews));

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    /// <summary>
    /// Sees to it that whoever asks gets one answer, and in time, also where the run's actor stops with the request unread.
    /// </summary>
    void Answer(RunId run, object request, CancellationToken deadline) => Self.AskAsync<object>(new Asked(request, deadline), deadline)
        .PipeTo(Sender, Self, failure: _ => new PersistFailed(run.TrainingStream, 0, string.Create(CultureInfo.InvariantCulture,
            $"the run has not answered for {s_answer.TotalSeconds} s; "
            + $"unless the journal has the command already, which its log will tell, it is not carried out later")));

    TimeSpan TimeLeft(ForRun message) =>
        message.Deadline - _time.GetUtcNow() is { } left && left < s_answer ? (left > TimeSpan.Zero ? left : TimeSpan.Zero) : s_answer;

    void OnAsked(Asked message)
    {
        if (message.Deadline.IsCancellationRequested) return;
        switch (message.Request)
        {
            case RunLaunch launch:
                _desk.PrepareAsync(launch)
                    .PipeTo(Self, Sender, answer => answer is PreparedRun prepared ? new Asked(prepared, CancellationToken.None) : answer);
                break;
            case PreparedRun prepared:
                OnPrepared(prepared);
                break;
            case ForRun command:
                OnForRun(command, message.Deadline);
                break;
        }
    }

    void OnPrepared(PreparedRun message)
    {
        if (!_runs.TryGetValue(message.Run, out var entry))
        {
            var artefacts = _store.Artefacts.ClaimedBy(message.Run.Value);
            _runs[message.Run] = entry = new Entry(new RunContext(message.Run, message.Recipe, message.World, artefacts)
            {
                Past = message.Fork?.Past ?? RunState.Empty,
                AcceptBuild = message.AcceptBuild,
                Earlier = message.Recipe.Compute.ReuseStages ? new EarlierStages(_store) : null,
            });
        }
        if (IsBetweenActors(entry)) return;
        if (RecipeIdentity.Hash(entry.Run.Recipe) != RecipeIdentity.Hash(message.Recipe))
        {
            Sender.Tell(new Rejected(message.Run, "a run of this id and another recipe is under way"));
            return;
        }
        entry.LaunchedBy = Sender;
        RunCommand start = message.Resume is { } resume
            ? resume
            : new StartRun(RunFacts.Of(message.Recipe, message.Fork?.Point), message.Fork?.Checkpoint);
        Deliver(entry, start, CancellationToken.None);
    }

    void OnForRun(ForRun message, CancellationToken deadline)
    {
        if (!_runs.TryGetValue(message.Run, out var entry))
            _desk.AnswerAsync(message).PipeTo(Sender, Self);
        else if (!IsBetweenActors(entry)) Deliver(entry, message.Command, deadline);
    }

    void OnLetGo(LetGo message)
    {
        if (_runs.TryGetValue(message.Run, out var entry) && entry.Phase is not Phase.Resting)
        {
            if (!IsBetweenActors(entry)) Sender.Tell(new Rejected(message.Run, "somebody works at the run"));
            return;
        }
        _runs.Remove(message.Run);
        _evaluations.Forward(new CloseEvaluations(message.Run));
    }

    /// <summary>Whether the request under way cannot be delivered now; then it waits, or is answered.</summary>
    bool IsBetweenActors(Entry entry)
    {
        if (entry.Phase is Phase.Closing) Stash.Stash();
        else if (entry.Phase is Phase.BackOff) Sender.Tell(StartsAgain(entry));
        else return false;
        return true;
    }

    void OnNews(RunNews news)
    {
        if (!_runs.TryGetValue(news.Run, out var entry)) return;
        switch (news)
        {
            case StageEnded:
                entry.GoesWell();
                break;
            case StepEnded step when step.Step > entry.Step: // steps that are executed again are no progress
                entry.Step = step.Step;
                entry.GoesWell();
                break;
            case RunEnded ended:
                entry.IsOver |= ended.View.State.IsTerminal;
                if (entry.Phase is not Phase.Working) break;
                entry.Phase = Phase.Closing;
                entry.Actor.Tell(new RunActor.Close());
                break;
        }
    }

    void OnRest(RestRuns message)
    {
        if (_rest is not { ForGood: true }) _rest = message;
        _awaitingRest.Add(Sender);
        foreach (var entry in _runs.Values.Where(one => one.Phase is Phase.Working))
        {
            _stirring.Add(entry.Run.Id);
            entry.Actor.Tell(new RunActor.ComeToRest(_rest.Reason));
        }
        AnswerIfAtRest();
    }

    void OnRaise()
    {
        if (_rest is not { ForGood: false }) return;
        _rest = null;
        _stirring.Clear();
        AnswerIfAtRest();
        foreach (var entry in _runs.Values.Where(one => one.Phase is Phase.Working)) entry.Actor.Tell(new RunActor.RiseFromRest());
    }

    void OnAtRest(RunId run)
    {
        _stirring.Remove(run);
        AnswerIfAtRest();
    }

    void AnswerIfAtRest()
    {
        if (_stirring.Count > 0) return;
        foreach (var asked in _awaitingRest) asked.Tell(new RunsAtRest());
        _awaitingRest.Clear();
    }

    void OnGoesOn(Entry entry)
    {
        entry.Phase = Phase.Working;
        Stash.UnstashAll();
    }

    /// <summary>Nothing was stored of the run, and nobody tells its actor again to begin.</summary>
    void OnNotBegun(RunActor.NotBegun message)
    {
        if (_runs.Values.FirstOrDefault(one => one.Actor.Equals(Sender)) is not { Phase: Phase.Working } entry
            || entry.Restarts == 0 && !message.IsRefused)
            return;
        (entry.Phase, entry.IsOver) = (Phase.Closing, true);
        // Whoever has told it to begin since then told an actor that stops.
        entry.LaunchedBy.Tell(StartsAgain(entry));
        Context.Stop(entry.Actor);
    }

    void OnUnreadable(StreamRecoveryFailed message)
    {
        _log.Error(message.Cause, "{Stream} cannot be read", message.Stream);
        bool IsOf(Entry one) => message.Stream == one.Run.Id.TrainingStream || message.Stream == one.Run.Id.EvaluationStream;
        if (_runs.Values.FirstOrDefault(IsOf) is not { IsOver: false } entry) return;
        entry.Problem = message.Cause.Message;
        if (JournalFault.MayPass(message.Cause)) return;
        if (JournalFault.IsOfDisk(message.Cause))
        {
            NeedPerson(entry, $"stream {message.Stream} cannot be read: {message.Cause.GetBaseException().Message.TrimEnd('.')}");
            return;
        }
        (entry.Phase, entry.IsOver) = (Phase.Closing, true);
        Context.Stop(entry.Actor);
        GiveUp(entry, message.Cause.Message, canGoOn: false);
    }

    void OnPersistFailed(PersistFailed message)
    {
        if (_runs.Values.FirstOrDefault(one => one.Actor.Equals(Sender)) is not { } entry) return;
        entry.Problem = $"the journal did not take event {message.Sequence} of {message.Stream}: {message.Reason.TrimEnd('.')}";
        if (message.NeedsPerson) NeedPerson(entry, entry.Problem);
    }

    static void NeedPerson(Entry entry, string problem) => entry.Hopeless = $"{problem}. Free space on the disk, or mend it";

    void OnTerminated(Terminated message)
    {
        if (_runs.Values.FirstOrDefault(one => one.Actor.Equals(message.ActorRef)) is not { } entry) return;
        OnAtRest(entry.Run.Id);
        if (entry.Phase is Phase.Working && entry.Hopeless is null && ++entry.Restarts <= MostRestarts)
        {
            entry.Phase = Phase.BackOff;
            var backOff = s_firstBackOff * Math.Pow(2, entry.Restarts);
            Timers.StartSingleTimer(entry.Run.Id, new StartAgain(entry.Run.Id), backOff < s_longestBackOff ? backOff : s_longestBackOff);
            entry.LaunchedBy.Tell(StartsAgain(entry));
            return;
        }
        if (entry.Phase is Phase.Working)
        {
            GiveUp(entry, entry.Hopeless ?? $"its actor stopped {MostRestarts} times in a row; {WhyStopped(entry)}", canGoOn: true);
            entry.IsOver = true;
        }
        if (entry.IsOver) Forget(entry);
        entry.Phase = Phase.Resting;
        Stash.UnstashAll();
    }

    void Forget(Entry entry)
    {
        _runs.Remove(entry.Run.Id);
        // Whatever a former process left, and what retention could not delete: an end is an occasion that needs no timer.
        var log = _log;
        _retention.BeginCollection(failure =>
            log.Warning(failure, "Artefacts that no run names stay as files, until the next run ends or 'disk --collect'"));
    }

    void OnStartAgain(Entry entry)
    {
        Start(entry);
        entry.Actor.Tell(new RunActor.StartedAgain());
    }

    static Rejected StartsAgain(Entry entry) =>
        new(entry.Run.Id, $"its actor has stopped and is started again; {WhyStopped(entry)}", RejectionKind.StartsAgain);

    static string WhyStopped(Entry entry) => entry.Problem ?? "the log file says why";

    void GiveUp(Entry entry, string reason, bool canGoOn)
    {
        entry.LaunchedBy.Tell(new Rejected(entry.Run.Id, reason));
        Context.System.EventStream.Publish(new RunLost(entry.Run.Id, reason, canGoOn));
    }

    void Deliver(Entry entry, RunCommand command, CancellationToken deadline)
    {
        if (entry.Phase is Phase.Resting) Start(entry);
        entry.Actor.Forward(new RunActor.Ordered(command, deadline));
    }

    void Start(Entry entry)
    {
        var snapshots = new RunSnapshots(_store.Journal, entry.Run.Id);
        entry.Actor = Context.ActorOf(
            RunActor.Props(entry.Run, snapshots, _retention, _witnesses, _children, _evaluations, _catalogue, _time), entry.Run.Id.Value);
        entry.Phase = Phase.Working;
        Context.Watch(entry.Actor);
        if (_rest is { } rest) entry.Actor.Tell(new RunActor.ComeToRest(rest.Reason));
    }

    /// <summary>A request that gets one answer; behind the deadline it has been told that it failed.</summary>
    sealed record Asked(object Request, CancellationToken Deadline);

    sealed record StartAgain(RunId Run);

    enum Phase
    {
        Resting,                                      // no actor; the next command gets one
        Working,
        Closing,                                      // the actor is about to stop
        BackOff,                                      // no actor; a timer starts one
    }

    sealed class Entry(RunContext run)
    {
        public RunContext Run => run;
        public Phase Phase { get; set; }
        public bool IsOver { get; set; }
        public IActorRef Actor { get; set; } = ActorRefs.Nobody;
        public IActorRef LaunchedBy { get; set; } = ActorRefs.Nobody;
        public int Restarts { get; set; }
        public string? Hopeless { get; set; }         // why another start would be of no use
        public int Step { get; set; }                 // the highest that was announced
        public string? Problem { get; set; }          // why its actor stopped last, as far as it is known

        /// <summary>What went wrong before explains nothing any more.</summary>
        public void GoesWell() => (Restarts, Problem) = (0, null);
    }
}
