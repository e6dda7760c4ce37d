using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Journal;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Worlds;
using Akka.Actor;
using Akka.Event;

namespace ActorRlhf.Actors.Runs;

/// <summary>Begin a run; the reply is a <see cref="RunView"/> or <see cref="Rejected"/>.</summary>
/// <param name="Run">A new id.</param>
/// <param name="Recipe">What to do.</param>
/// <param name="World">Its world.</param>
public sealed record LaunchRun(RunId Run, Recipe Recipe, IWorld World);

/// <summary>Pass a command on to a run; the reply is the run's, or <see cref="Rejected"/> if it is unknown.</summary>
/// <param name="Run">Which run.</param>
/// <param name="Command">The command.</param>
public sealed record ForRun(RunId Run, RunCommand Command);

/// <summary>
/// Supervises the runs, one child each, so that one run's end is nobody else's. Persists nothing: the runs do. A run whose journal
/// failed has stopped; it is started again after a pause and recovers, unless only a person can help.
/// </summary>
public sealed class RunSupervisor : ReceiveActor, IWithTimers
{
    const int MostRestarts = 5;                       // in a row, without a step in between
    static readonly TimeSpan s_firstBackOff = TimeSpan.FromMilliseconds(200);

    readonly ArtefactStore _artefacts;
    readonly IRunChildrenFactory _children;
    readonly EventCatalogue _catalogue;
    readonly TimeProvider _time;
    readonly Dictionary<RunId, Entry> _runs = [];
    readonly ILoggingAdapter _log = Context.GetLogger();

    /// <param name="artefacts">Where large things go.</param>
    /// <param name="children">How to create those who work for a run.</param>
    /// <param name="catalogue">The events.</param>
    /// <param name="time">Clock of the envelopes.</param>
    public RunSupervisor(ArtefactStore artefacts, IRunChildrenFactory children, EventCatalogue catalogue, TimeProvider time)
    {
        (_artefacts, _children, _catalogue, _time) = (artefacts, children, catalogue, time);
        Receive<LaunchRun>(OnLaunch);
        Receive<ForRun>(OnForRun);
        Receive<RunNews>(OnNews);
        Receive<StreamRecoveryFailed>(message => _log.Error(message.Cause, "{Stream} cannot be read", message.Stream));
        Receive<PersistFailed>(OnPersistFailed);
        Receive<Terminated>(OnTerminated);
        Receive<StartAgain>(message => Start(_runs[message.Run]));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How to create one.</summary>
    public static Props Props(ArtefactStore artefacts, IRunChildrenFactory children, EventCatalogue catalogue, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new RunSupervisor(artefacts, children, catalogue, time));

    /// <inheritdoc/>
    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(RunNews));

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    void OnLaunch(LaunchRun message)
    {
        if (!_runs.TryGetValue(message.Run, out var entry))
        {
            _runs[message.Run] = entry = new Entry(new RunContext(message.Run, message.Recipe, message.World, _artefacts));
            Start(entry);
        }
        entry.Actor.Forward(new StartRun(RunFacts.Of(message.Recipe)));
    }

    void OnForRun(ForRun message)
    {
        if (_runs.TryGetValue(message.Run, out var entry)) entry.Actor.Forward(message.Command);
        else Sender.Tell(new Rejected(message.Run, "there is no such run in this host"));
    }

    void OnNews(RunNews news)
    {
        if (!_runs.TryGetValue(news.Run, out var entry)) return;
        if (news is StepEnded or StageEnded) entry.Restarts = 0;
        if (news is RunEnded) _runs.Remove(news.Run);
    }

    void OnPersistFailed(PersistFailed message)
    {
        if (message.NeedsPerson && _runs.Values.FirstOrDefault(one => one.Actor.Equals(Sender)) is { } entry)
            entry.Hopeless = $"the journal did not take event {message.Sequence} of {message.Stream}: {message.Reason.TrimEnd('.')}. Free space on the disk, or mend it";
    }

    void OnTerminated(Terminated message)
    {
        if (_runs.Values.FirstOrDefault(one => one.Actor.Equals(message.ActorRef)) is not { } entry) return;
        if (++entry.Restarts > MostRestarts || entry.Hopeless is not null)
        {
            _runs.Remove(entry.Run.Id);
            Context.System.EventStream.Publish(new RunLost(entry.Run.Id, entry.Hopeless ?? $"its actor stopped {MostRestarts} times in a row; the log file says why"));
            return;
        }
        Timers.StartSingleTimer(entry.Run.Id, new StartAgain(entry.Run.Id), s_firstBackOff * Math.Pow(2, entry.Restarts));
    }

    void Start(Entry entry)
    {
        entry.Actor = Context.ActorOf(RunActor.Props(entry.Run, _children, _catalogue, _time), entry.Run.Id.Value);
        Context.Watch(entry.Actor);
    }

    sealed record StartAgain(RunId Run);

    sealed class Entry(RunContext run)
    {
        public RunContext Run => run;
        public IActorRef Actor { get; set; } = ActorRefs.Nobody;
        public int Restarts { get; set; }
        public string? Hopeless { get; set; }         // why another start would be of no use
    }
}
