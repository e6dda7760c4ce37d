using System.Collections.Immutable;
using ActorRlhf.Actors.Live.Evaluations;
using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Witnessing;
using ActorRlhf.Actors.Runs.Workers;
using Akka.Actor;
using Akka.Event;

namespace ActorRlhf.Actors.Live.Runs;

/// <summary>
/// One run: the only writer of its training stream. Supervised by <c>RunSupervisor</c>; persists every event of the run.
/// It asks its children for one piece of work at a time, stores what came of it in one transaction, and only then goes on. A piece
/// that fails is asked for again from the last checkpoint; steps that are in the log already are compared with it, not stored
/// again. Three failures of one piece end the run, and so does a child that cannot be created; when an artefact cannot be written
/// the run waits for a person. When the journal fails, its own or that of its evaluations, it tells whoever asked and its supervisor,
/// and stops; it stops, too, when a child is gone for another reason, so that nothing waits for a dead child's answer.
/// </summary>
sealed partial class RunActor : EventSourcedActor, IWithTimers
{
    const int MostFailures = 3;
    static readonly TimeSpan s_firstBackOff = TimeSpan.FromMilliseconds(50);

    readonly RunContext _run;
    readonly RunSnapshots _snapshots;
    readonly ArtefactRetention _retention;
    readonly RunWitness _witness;
    readonly RunWebhook _webhook;
    readonly RunTelemetry _telemetry;
    readonly RunEvaluations _evaluations;
    readonly RunChildren _children;
    readonly RunWork _work;
    readonly LoggedSteps _logged = new();
    readonly CancellationTokenSource _ending = new();
    readonly ILoggingAdapter _log = Context.GetLogger();
    readonly Setbacks _setbacks = new();
    readonly StepComparison _comparison;
    RunState _state = RunState.Empty;
    WorkItem? _current;
    FailRun? _unusable;                                       // a child that cannot be created
    string? _rests;                                           // why it is to do no more than it must, until it is told to go on
    bool _atWork;                                             // is not resting, and has said so
    bool _resting;                                            // has nothing to do, and tells everybody as soon as its state is stored
    bool _announced;

    /// <param name="run">What the run shares.</param>
    /// <param name="snapshots">Short cuts through its log.</param>
    /// <param name="retention">Deletes artefacts.</param>
    /// <param name="witnesses">Told of checkpoints and ends.</param>
    /// <param name="children">How to create those who work for it.</param>
    /// <param name="evaluations">Keeps the evaluations of all runs.</param>
    /// <param name="time">Clock of the envelopes.</param>
    public RunActor(
        RunContext run, RunSnapshots snapshots, ArtefactRetention retention, Witnesses witnesses, IRunChildrenFactory children,
        IActorRef evaluations, EventCatalogue catalogue, TimeProvider time)
        : base(run.Id.TrainingStream, catalogue, time)
    {
        (_run, _snapshots, _retention, _telemetry) = (run, snapshots, retention, new RunTelemetry(run));
        _witness = new RunWitness(run, witnesses, time, _log, Context.System.EventStream);
        _webhook = new RunWebhook(run, witnesses, _log, Context.System.EventStream);
        _children = children.Create(Context, run, Self);
        _comparison = new StepComparison(catalogue);
        _evaluations = new RunEvaluations(evaluations, run);
        _work = new RunWork(run, _children, _evaluations, _logged, ahead: true);
        foreach (var child in _children.All) Context.Watch(child);
        Command<RunCommand>(OnCommand);
        Command<Ordered>(OnOrdered);
        Command<WorkDone>(OnDone);
        Command<WorkFailed>(OnFailed);
        Command<Retained>(OnRetained);
        Command<GoOn>(_ => Continue());
        Command<ComeToRest>(OnComeToRest);
        Command<RiseFromRest>(_ => OnRise());
        Command<StartedAgain>(_ => OnStartedAgain());
        Command<EvaluationsOpen>(_ => { });
        Command<EvaluationsLostException>(OnEvaluationsLost);
        Command<Close>(_ => OnClose());
        Command<ChildUnusable>(OnChildUnusable);
        Command<Terminated>(OnChildGone);
        Command<StreamRecoveryFailed>(message => Context.Parent.Forward(message));
        Command<Proof>(OnProof);
        Command<TrainingProgress>(message => Context.System.EventStream.Publish(new RunProgress(_run.Id, message)));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to create one.</summary>
    public static Props Props(
        RunContext run, RunSnapshots snapshots, ArtefactRetention retention, Witnesses witnesses, IRunChildrenFactory children,
        IActorRef evaluations, EventCatalogue catalogue, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new RunActor(run, snapshots, retention, witnesses, children, evaluations, catalogue, time))
            .WithDispatcher(JournalHosting.LogDispatcher);

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _ending.Cancel();
        base.PostStop();
    }

    /// <inheritdoc/>
    protected override ContentHash Origin(IEvent first) => ((IFirstEvent)first).ChainOrigin();

    /// <inheritdoc/>
    protected override ContentHash? TrajectorySeed(IEvent fact) => (fact as RunStarted)?.TrajectoryOrigin();

    /// <inheritdoc/>
    protected override void Apply(IEvent fact, long sequence)
    {
        _logged.Add(fact, _state.Step + 1);
        _state = Run.Evolve(sequence == 1 ? _run.Past : _state, fact);
        if (fact is CheckpointSaved && _state.Checkpoints is [.., var previous, _]) _logged.Forget(previous.Step);
    }

    /// <inheritdoc/>
    protected override void OnRecovered()
    {
        try
        {
            if (_state.Beginning is { } first) OtherRecipeException.ThrowUnless(_run.Id, first, _run.Recipe);
            if (!_state.IsTerminal) OtherBuildException.ThrowUnless(_run.Id, _state, _run.AcceptBuild);
        }
        catch (Exception refused) when (refused is OtherRecipeException or OtherBuildException or RecipeException)
        {
            Context.Parent.Tell(new StreamRecoveryFailed(PersistenceId, refused), Self);
            Context.Stop(Self);
            return;
        }
        if (_state.Started is null)
        {
            Context.Parent.Tell(new NotBegun(IsRefused: false));
            return;
        }
        _setbacks.Restart(_state.Step);
        // A run that goes on finds out at once whether its evaluations can be read.
        if (!_state.IsTerminal) _evaluations.OpenAsync(_ending.Token)
            .PipeTo(Self, Self, failure: failure =>
                failure as EvaluationsLostException ?? new EvaluationsLostException(new EvaluationsLost(_run.Id, null)));
        // A paused run waits for the person who resumes it, who may have done so already.
        if (_state.Status is RunStatus.Paused) return;
        // Before anything is done by another build or another recipe than the log tells of.
        if (_state.Status is RunStatus.Running && (_state.Build != RunFacts.Build || Changes().Length > 0))
            Self.Tell(new ResumeRun("another build was accepted", RunFacts.Build), ActorRefs.NoSender);
        Self.Tell(GoOn.Instance);
    }

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(reason =>
    {
        if (reason is ActorInitializationException unborn)
            Self.Tell(new ChildUnusable(unborn.Actor?.Path.Name ?? "child", unborn.GetBaseException()));
        return Akka.Actor.SupervisorStrategy.DefaultDecider.Decide(reason);
    });

    /// <summary>Whoever asked has been told that it failed, if it comes too late.</summary>
    void OnOrdered(Ordered message)
    {
        if (!message.Deadline.IsCancellationRequested) OnCommand(message.Command);
    }

    void OnCommand(RunCommand command)
    {
        var decision = Run.Decide(_state, command is ResumeRun resume ? resume with { Changes = Changes() } : command);
        if (decision.Rejected is { } reason)
        {
            Sender.Tell(new Rejected(_run.Id, reason));
            if (command is StartRun && _state.Started is null) Context.Parent.Tell(new NotBegun(IsRefused: true));
            return;
        }
        PersistEvents([.. decision.Events.Select(fact => new TimedEvent(fact))], () =>
        {
            OnStored(decision.Events);
            Sender.Tell(View());
            // A run that was paused before and stays so was told nothing new, and goes on waiting.
            if (decision.Events.Count > 0 || _state.Status is not RunStatus.Paused) Continue();
        });
    }

    void OnComeToRest(ComeToRest message)
    {
        _rests = message.Reason;
        Continue();
    }

    void OnRise()
    {
        _rests = null;
        Continue();
    }

    /// <summary>The pause may be the last thing that was stored, of which nobody heard.</summary>
    void OnStartedAgain()
    {
        if (_state.Status is RunStatus.Paused) Rest();
    }

    /// <summary>Begins the next piece of work, if there is one and none is under way.</summary>
    void Continue()
    {
        if (_state.IsTerminal || _state.Status is RunStatus.Paused)
        {
            Rest();
            return;
        }
        (_resting, _announced) = (false, false);
        if (_state.Status is not RunStatus.Running) return;
        if (!_atWork) Context.System.EventStream.Publish(new RunAtWork(_run.Id));
        _atWork = true;
        if (_unusable is { } failure)
        {
            Self.Tell(failure, ActorRefs.NoSender);
            return;
        }
        if (_current is not null) return;
        if (_setbacks.WinBack(_state, _work.Rl.Cursor, _work.Rl.RestoredFrom) is { } recovered)
            Store(Run.Decide(_state, new RecordRecovery(recovered)), [], () => { });
        _current = _rests is { } why ? _work.NextBeforeRest(_state, Head, why) : _work.Next(_state, Head);
        if (_current is not { } work)
        {
            if (_rests is null || _work.Rl.Cursor?.Step == _run.Recipe.Rl.Steps)
                Self.Tell(new CompleteRun(_run.Recipe.Rl.Steps), ActorRefs.NoSender);
            else Context.Parent.Tell(new AtRest(_run.Id));
            return;
        }
        _log.Debug("{Run}: {Work}", _run.Id, work.Name);
        _telemetry.Begin();
        Do(work).PipeTo(Self, Self, result => new WorkDone(work, result), reason => new WorkFailed(work, reason));
    }

    Task<WorkResult> Do(WorkItem work)
    {
        // What throws before the first await must end up in the task, too.
        try { return work.Do(_ending.Token); }
        catch (Exception thrown) { return Task.FromException<WorkResult>(thrown); }
    }

    /// <summary>What the recipe of this launch says otherwise than the log.</summary>
    ImmutableArray<RecipeChange> Changes() =>
        _state.Started is null ? [] : [.. RecipeChange.Between(RecipeInForce.Of(_run.Id, _state), _run.Recipe)];

    void OnFailed(WorkFailed message)
    {
        if (message.Work != _current) return;
        _current = null;
        var work = message.Work.Name;
        var reason = message.Reason is AggregateException several ? several.GetBaseException() : message.Reason;
        Lose($"{work} failed: {reason.Message}");
        if (reason is EvaluationsLostException lost)
        {
            OnEvaluationsLost(lost);
            return;
        }
        if (_state.Status is not RunStatus.Running) return;
        var count = _setbacks.Fail(work);
        _log.Error(reason, "{Run}: {Work} failed, {Count} of {Most}", _run.Id, work, count, MostFailures);
        // A second try would work for minutes to find the disk as it was. What is stored is sound, so the run is not lost.
        if (WorkFailure.KindOf(reason) is WorkFailureKind.FileLost or WorkFailureKind.DiskUnusable)
            Self.Tell(new PauseRun(reason.Message), ActorRefs.NoSender);
        else if (count == MostFailures || reason is StepNotAppliedException)
            Self.Tell(new FailRun(work, FailureReason.Of(reason)), ActorRefs.NoSender);
        else Timers.StartSingleTimer("back-off", GoOn.Instance, s_firstBackOff * Math.Pow(2, count));
    }

    /// <summary>The supervisor starts the run again, or tells a person.</summary>
    void OnEvaluationsLost(EvaluationsLostException lost)
    {
        if (lost.Problem is { } problem) Context.Parent.Tell(problem, Self);
        Context.Stop(Self);
    }

    void OnChildUnusable(ChildUnusable message)
    {
        _log.Error(message.Reason, "{Run}: {Child} cannot be created", _run.Id, message.Child);
        _unusable ??= new FailRun(message.Child, $"{message.Child} cannot be created: {FailureReason.Of(message.Reason)}");
        Continue();
    }

    /// <summary>What was asked of the child will never be answered: the supervisor starts the run again.</summary>
    void OnChildGone(Terminated message)
    {
        if (_unusable is not null || _resting) return;
        _log.Error("{Run}: {Child} has stopped, and the run with it", _run.Id, message.ActorRef.Path.Name);
        Context.Stop(Self);
    }

    /// <summary>Nobody sends anything after this, unless the run was resumed in between.</summary>
    void OnClose()
    {
        if (_resting) Context.Stop(Self);
        else Sender.Tell(new GoesOn(_run.Id));
    }

    /// <summary>The policy is no longer what the log says: steps will be executed again from the last checkpoint.</summary>
    void Lose(string why)
    {
        _work.Rl.Forget();
        _setbacks.Lose(why, _state.Step);
    }

    /// <summary>Nothing more to do: tells everybody, once. The supervisor closes this actor when no command is under way to it.</summary>
    void Rest()
    {
        if (_resting) return;
        (_resting, _atWork) = (true, false);
        // Whoever hears of the end may end the process.
        if (!SaveState()) Announce();
    }

    void Announce()
    {
        if (_announced) return;
        _announced = true;
        Context.System.EventStream.Publish(new RunEnded(View()));
    }

    RunView View() => new(_run.Id, _state, Head, Trajectory.Value);
}
