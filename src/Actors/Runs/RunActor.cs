using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Evaluations;
using ActorRlhf.Actors.Journal;
using ActorRlhf.Actors.Storage;
using Akka.Actor;
using Akka.Event;

namespace ActorRlhf.Actors.Runs;

/// <summary>
/// One run: the only writer of its training stream. Supervised by <see cref="RunSupervisor"/>; persists every event of the run.
/// It asks its children for one piece of work at a time, stores what came of it in one transaction, and only then goes on. A piece
/// that fails is asked for again from the last checkpoint; steps that are in the log already are compared with it, not stored
/// again. Three failures of one piece end the run. When an artefact cannot be written the run waits for a person; when the journal
/// fails, its own or that of its evaluations, it tells whoever asked and its supervisor, and stops.
/// </summary>
public sealed class RunActor : EventSourcedActor, IWithTimers
{
    const int MostFailures = 3;
    static readonly TimeSpan s_firstBackOff = TimeSpan.FromMilliseconds(50);

    readonly RunContext _run;
    readonly RunChildren _children;
    readonly EventCatalogue _catalogue;
    readonly RunWork _work;
    readonly Dictionary<int, List<IEvent>> _logged = [];      // events of the steps since the last checkpoint
    readonly CancellationTokenSource _ending = new();
    readonly ILoggingAdapter _log = Context.GetLogger();
    RunState _state = RunState.Empty;
    WorkItem? _current;
    (string Work, int Count) _failures;
    Recovering? _recovering;                                  // why steps are executed again

    /// <param name="run">What the run shares.</param>
    /// <param name="children">How to create those who work for it.</param>
    /// <param name="catalogue">The events.</param>
    /// <param name="time">Clock of the envelopes.</param>
    public RunActor(RunContext run, IRunChildrenFactory children, EventCatalogue catalogue, TimeProvider time) : base(run.Id.TrainingStream, catalogue, time)
    {
        (_run, _catalogue) = (run, catalogue);
        _children = children.Create(Context, run, Self);
        _work = new RunWork(run, _children);
        Command<RunCommand>(OnCommand);
        Command<WorkDone>(OnDone);
        Command<WorkFailed>(OnFailed);
        Command<GoOn>(_ => Continue());
        Command<PersistFailed>(OnEvaluationsNotStored);
        Command<TrainingProgress>(message => Context.System.EventStream.Publish(new RunProgress(_run.Id, message)));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to create one.</summary>
    public static Props Props(RunContext run, IRunChildrenFactory children, EventCatalogue catalogue, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new RunActor(run, children, catalogue, time));

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _ending.Cancel();
        base.PostStop();
    }

    /// <inheritdoc/>
    protected override ContentHash TrajectorySeed(IEvent first) => ((RunStarted)first).Identity;

    /// <inheritdoc/>
    protected override void Apply(IEvent fact, long sequence)
    {
        var before = _state.Step;
        _state = Run.Evolve(_state, fact);
        switch (fact)
        {
            case CheckpointSaved:
                _logged.Clear();
                break;
            case RolloutCollected or RewardScored or KlMeasured or PolicyUpdated or StepSkipped or StepRolledBack:
                var step = fact is RolloutCollected or RewardScored or KlMeasured ? before + 1 : _state.Step;
                if (!_logged.TryGetValue(step, out var events)) _logged[step] = events = [];
                events.Add(fact);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnRecovered()
    {
        if (_state.Status is not RunStatus.Running) return;
        _recovering = new Recovering("the host was started again", _state.Step);
        Self.Tell(GoOn.Instance);
    }

    void OnCommand(RunCommand command)
    {
        var decision = Run.Decide(_state, command);
        if (decision.Rejected is { } reason)
        {
            Sender.Tell(new Rejected(_run.Id, reason));
            return;
        }
        PersistEvents([.. decision.Events.Select(fact => new TimedEvent(fact))], () =>
        {
            Sender.Tell(View());
            Continue();
        });
    }

    /// <summary>Begins the next piece of work, if there is one and none is under way.</summary>
    void Continue()
    {
        if (_state.IsTerminal || _state.Status is RunStatus.Paused)
        {
            End();
            return;
        }
        if (_state.Status is not RunStatus.Running || _current is not null) return;
        NoteRecovery();
        _current = _work.Next(_state, Head);
        if (_current is not { } work)
        {
            Self.Tell(new CompleteRun(_run.Recipe.Rl.Steps), ActorRefs.NoSender);
            return;
        }
        _log.Debug("{Run}: {Work}", _run.Id, work.Name);
        Do(work).PipeTo(Self, Self, result => new WorkDone(work, result), reason => new WorkFailed(work, reason));
    }

    Task<WorkResult> Do(WorkItem work)
    {
        // What throws before the first await must end up in the task, too.
        try { return work.Do(_ending.Token); }
        catch (Exception thrown) { return Task.FromException<WorkResult>(thrown); }
    }

    void OnDone(WorkDone message)
    {
        if (message.Work != _current) return;         // the answer to a question of an earlier life
        var result = message.Result;
        if (result.Command is null) Advance(result);
        else if (result.Command is RecordStep step && step.Step <= _state.Step) Compare(step, result);
        else Store(Run.Decide(_state, result.Command), result.Events, () => Advance(result));
    }

    /// <summary>A step that was executed again must give what the log says.</summary>
    void Compare(RecordStep step, WorkResult result)
    {
        if (StepComparison.FirstDifference(_catalogue, _logged[step.Step], step.Events) is not { } difference) Advance(result);
        else Store(Run.Decide(_state, new RecordDivergence(new RunDiverged(step.Step, difference.Event, difference.What))), [], Free);
    }

    void Store(Decision decision, IReadOnlyList<TimedEvent> timed, Action then)
    {
        if (decision.Rejected is { } reason)
        {
            // The run was paused, stopped or failed meanwhile: what came too late is dropped.
            _log.Info("{Run}: the result of {Work} is dropped: {Reason}", _run.Id, _current?.Name, reason);
            Free();
            return;
        }
        var durations = timed.ToDictionary(one => one.Fact, one => one.Duration, (IEqualityComparer<IEvent>)ReferenceEqualityComparer.Instance);
        PersistEvents([.. decision.Events.Select(fact => new TimedEvent(fact, durations.GetValueOrDefault(fact)))], () =>
        {
            foreach (var removed in decision.Events.OfType<ArtefactRemoved>()) _run.Artefacts.Remove(removed.Hash);
            then();
        });
    }

    void Advance(WorkResult result)
    {
        result.Then();
        if (_failures.Work == _current?.Name) _failures = default;
        if (result.Announcement is { } announcement) Context.System.EventStream.Publish(announcement);
        Free();
    }

    void Free()
    {
        _current = null;
        Continue();
    }

    void OnFailed(WorkFailed message)
    {
        if (message.Work != _current) return;
        _current = null;
        if (_state.Status is not RunStatus.Running) return;
        var reason = message.Reason is AggregateException several ? several.GetBaseException() : message.Reason;
        _failures = (message.Work.Name, _failures.Work == message.Work.Name ? _failures.Count + 1 : 1);
        _log.Error(reason, "{Run}: {Work} failed, {Count} of {Most}", _run.Id, message.Work.Name, _failures.Count, MostFailures);
        if (reason is DataDirectoryUnusableException)
        {
            // A second try would work for minutes to find the disk as it was. What is stored is sound, so the run is not lost.
            Self.Tell(new PauseRun(reason.Message), ActorRefs.NoSender);
            return;
        }
        if (_failures.Count == MostFailures || reason is StepNotAppliedException)
        {
            Self.Tell(new FailRun(message.Work.Name, $"{reason.GetType().Name}: {reason.Message}"), ActorRefs.NoSender);
            return;
        }
        _recovering ??= new Recovering($"{message.Work.Name} failed: {reason.Message}", _state.Step);
        _work.ForgetPolicy();
        Timers.StartSingleTimer("back-off", GoOn.Instance, s_firstBackOff * Math.Pow(2, _failures.Count));
    }

    /// <summary>The child has stopped, so the evaluation will never be answered.</summary>
    void OnEvaluationsNotStored(PersistFailed message)
    {
        Context.Parent.Tell(message, Self);
        Context.Stop(Self);
    }

    /// <summary>Once the steps of the log were executed again, says so.</summary>
    void NoteRecovery()
    {
        if (_recovering is not { } recovering || _work.Cursor is not { } cursor || cursor.Step < _state.Step) return;
        _recovering = null;
        var checkpoint = _state.Checkpoints.LastOrDefault()?.Step ?? 0;
        PersistEvents([new TimedEvent(new RunRecovered("exact", checkpoint, recovering.Step - checkpoint, cursor.Hash, recovering.Reason))], () => { });
    }

    /// <summary>Nothing more to do: tells everybody and stops with all children.</summary>
    void End()
    {
        _ending.Cancel();
        Context.System.EventStream.Publish(new RunEnded(View()));
        Context.Stop(Self);
    }

    RunView View() => new(_run.Id, _state, Head, Trajectory.Value);

    sealed record Recovering(string Reason, int Step);

    sealed record WorkDone(WorkItem Work, WorkResult Result);

    sealed record WorkFailed(WorkItem Work, Exception Reason);

    sealed class GoOn
    {
        public static readonly GoOn Instance = new();
    }
}
