using System.Diagnostics.Metrics;
using ActorRlhf.Actors.Live.Runs;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using Akka.Actor;
using Akka.Event;

namespace ActorRlhf.Actors.Live.Supervision;

/// <summary>
/// Decides in a long-lived host at which runs it works, so many at once: first those that a former host left running, then those that
/// wait, by <see cref="Supervision.LineUp"/>. Stands before the <see cref="RunSupervisor"/>, which is told of each run whose turn has
/// come, and passes on what is said to those at which somebody works. Supervised by <c>/user</c>. Persists nothing: the queue is the
/// logs of the runs that wait (<see cref="RunQueue"/>), so a host that is killed finds it again. A run that cannot be launched is held,
/// with the reason, until somebody tells it to go on; where only the journal did not answer, it keeps its place, and all wait for a pause.
/// </summary>
sealed partial class RunScheduler : ReceiveActor, IWithTimers, IWithUnboundedStash
{
    static readonly TimeSpan s_retry = TimeSpan.FromSeconds(5);

    readonly Store _store;
    readonly RunDesk _desk;
    readonly IActorRef _supervisor;
    readonly Scheduling _rules;
    readonly LineUp _waiting = new();
    readonly HashSet<RunId> _active = [];
    readonly HashSet<RunId> _between = [];            // launched or told just now: commands wait until it is known how that went
    readonly Dictionary<RunId, string> _held = [];
    readonly MemoryBudget _memory;
    readonly HashSet<RunId> _weighing = [];
    readonly Meter _meter = new(RunTelemetry.Name);
    RestRuns? _rest;
    string? _closed, _short;
    string? _away;                                    // what the journal said when a run was to be launched
    readonly ILoggingAdapter _log = Context.GetLogger();

    /// <param name="store">Where runs are kept; opened for writing.</param>
    /// <param name="desk">Writes down what is asked of runs at which nobody works.</param>
    /// <param name="supervisor">Of the runs at which somebody works.</param>
    /// <param name="rules">How many at once, and which.</param>
    public RunScheduler(Store store, RunDesk desk, IActorRef supervisor, Scheduling rules)
    {
        (_store, _desk, _supervisor, _rules, _memory) = (store, desk, supervisor, rules, new MemoryBudget(rules.Memory));
        Receive<Found>(OnFound);
        Receive<Status.Failure>(OnNotFound);
        Receive<Look>(_ => BeginLooking());
        Receive<RestRuns>(OnRestRuns);
        Receive<CloseQueue>(message => _closed = message.Reason);
        ReceiveAny(_ => Stash.Stash());
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    public IStash Stash { get; set; } = null!;

    /// <summary>How to create one.</summary>
    public static Props Props(Store store, RunDesk desk, IActorRef supervisor, Scheduling rules) =>
        Akka.Actor.Props.Create(() => new RunScheduler(store, desk, supervisor, rules));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(RunEnded));
        Context.System.EventStream.Subscribe(Self, typeof(RunLost));
        Context.System.EventStream.Subscribe(Self, typeof(RunAtWork));
        var cell = (ActorCell)Context;
        _meter.CreateObservableGauge(
            "actorrlhf.scheduler.mailbox", () => cell.NumberOfMessages, "{message}", "What the scheduler has to read.");
        _meter.CreateObservableGauge("actorrlhf.runs", Counts, "{run}", "Runs that the host works at, that wait, and that are held.");
        BeginLooking();
    }

    /// <inheritdoc/>
    protected override void PostStop() => _meter.Dispose();

    /// <summary>Asked by another thread; counts may be those of two moments, as metrics may be.</summary>
    IEnumerable<Measurement<int>> Counts()
    {
        static Measurement<int> Of(int count, string state) => new(count, KeyValuePair.Create<string, object?>("state", state));
        return [Of(_active.Count, "active"), Of(_waiting.Count, "waiting"), Of(_held.Count, "held")];
    }

    void BeginLooking() => Task.Run(() => new Found(Unfinished(_store))).PipeTo(Self);

    void OnNotFound(Status.Failure failure)
    {
        _log.Error(failure.Cause, "The runs that are to go on cannot be read; they are looked for again in {Pause}", s_retry);
        Timers.StartSingleTimer(nameof(Look), new Look(), s_retry);
    }

    void Scheduling()
    {
        Receive<SubmitRun>(OnSubmit);
        Receive<Added>(OnAdded);
        Receive<ForRun>(OnForRun);
        Receive<Told>(OnTold);
        Receive<DeleteRun>(OnDelete);
        Receive<Deleted>(OnDeleted);
        Receive<Launched>(OnLaunched);
        Receive<RunEnded>(news => OnRest(news.View.Run));
        Receive<RunLost>(OnLost);
        Receive<LookAgain>(message => LineUp(message.Run));
        Receive<LinedUp>(OnLinedUp);
        Receive<NotLinedUp>(OnNotLinedUp);
        Receive<FillAgain>(_ => OnFillAgain());
        Receive<LaunchAgain>(OnLaunchAgain);
        Receive<RestRuns>(OnRestRuns);
        Receive<RaiseRuns>(OnRaiseRuns);
        Receive<CloseQueue>(OnCloseQueue);
        Receive<Weighed>(OnWeighed);
        Receive<NotWeighed>(OnNotWeighed);
        Receive<RunAtWork>(news => OnAtWork(news.Run));
        Receive<FilesGone>(OnFilesGone);
        Receive<GetSchedule>(_ => Sender.Tell(
            new Schedule(
                _rules.AtOnce, [.. _active], _waiting.Runs, new Dictionary<RunId, string>(_held), _rest?.Reason, _closed ?? _away,
                _short)));
    }

    void OnFound(Found message)
    {
        foreach (var (run, reason) in message.Damaged) Hold(run, reason);
        foreach (var run in message.Unfinished) Wait(run);
        Become(Scheduling);
        Stash.UnstashAll();
        Fill();
    }

    void OnSubmit(SubmitRun message) =>
        _desk.SubmitAsync(message).PipeTo(Self, Sender, answer => new Added(message.Wanted.Run, answer));

    void OnAdded(Added message)
    {
        switch (message.Answer)
        {
            case Submitted submitted:
                _memory.Weigh(submitted.Run.Id, submitted.Memory);
                OnLinedUp(new LinedUp(submitted.Run));
                break;
            case Rejected { Kind: RejectionKind.Unavailable or RejectionKind.Failed or RejectionKind.Unforeseen }:
                LineUp(message.Run);                  // the journal may have it all the same
                break;
        }
        Sender.Tell(message.Answer);
    }

    void OnForRun(ForRun message)
    {
        if (_between.Contains(message.Run)) Stash.Stash();
        else if (_active.Contains(message.Run)) _supervisor.Forward(message);
        else
        {
            // Its turn must not come while its log is written outside any actor.
            _between.Add(message.Run);
            _waiting.Remove(message.Run);
            _desk.RecordAsync(message).PipeTo(Self, Sender, answer => new Told(message.Run, answer));
        }
    }

    /// <summary>The log of a run at which nobody works has got a command: it waits for its turn, or no longer does.</summary>
    void OnTold(Told message)
    {
        _between.Remove(message.Run);
        switch (message.Answer)
        {
            case Recorded recorded:
                _held.Remove(message.Run);
                Wait(recorded.Run);
                Fill();
                Sender.Tell(recorded.View);
                break;
            case var refused:
                if (refused is not Rejected { Kind: RejectionKind.NotFound } && !_held.ContainsKey(message.Run)) LineUp(message.Run);
                Sender.Tell(refused);
                break;
        }
        Stash.UnstashAll();
    }

    void OnDelete(DeleteRun message)
    {
        if (_between.Contains(message.Run)) Stash.Stash();
        else if (_active.Contains(message.Run)) Sender.Tell(new Rejected(message.Run, "the run is under way: stop or pause it first"));
        else
        {
            _between.Add(message.Run);
            _waiting.Remove(message.Run);
            DeleteAsync(message).PipeTo(Self, Sender, answer => new Deleted(message.Run, answer),
                thrown => new Deleted(message.Run, Refusal.Of(message.Run, thrown)));
        }
    }

    async Task<object> DeleteAsync(DeleteRun message) =>
        await _supervisor.Ask<object>(new LetGo(message.Run)).ConfigureAwait(false) is Rejected refused
            ? refused
            : await _desk.DeleteAsync(message).ConfigureAwait(false);

    /// <summary>The run is gone, or whatever it waited for it waits for again.</summary>
    void OnDeleted(Deleted message)
    {
        _between.Remove(message.Run);
        if (message.Answer is DeletionResult) _held.Remove(message.Run);
        else if (message.Answer is not Rejected { Kind: RejectionKind.NotFound } && !_held.ContainsKey(message.Run)) LineUp(message.Run);
        Sender.Tell(message.Answer);
        Stash.UnstashAll();
    }

    void LineUp(RunId run) => Task.Run(() => new LinedUp(new RunReader(_store).Read(run)))
        .PipeTo(Self, failure: thrown => new NotLinedUp(run, Refusal.Of(run, thrown)));

    void OnLinedUp(LinedUp message)
    {
        // What is said of it just now, or its deletion, is newer than what was read; and whoever hears how that went lines it up.
        if (_between.Contains(message.Run.Id)) return;
        Wait(message.Run);
        Fill();
    }

    void OnNotLinedUp(NotLinedUp message)
    {
        switch (message.Why.Kind)
        {
            case RejectionKind.NotFound:
                _held.Remove(message.Run);
                break;
            case RejectionKind.Unavailable:
                Timers.StartSingleTimer((nameof(LookAgain), message.Run), new LookAgain(message.Run), s_retry);
                break;
            default:
                Hold(message.Run, message.Why.Reason);
                break;
        }
    }

    void Wait(RunRecord run)
    {
        if (run.State.IsTerminal || run.State.Status is RunStatus.Paused || _active.Contains(run.Id)) return;
        _waiting.Add(run.Id, !run.State.IsWaiting, run.State.Queued?.Priority ?? 0, run.AskedFor);
    }

    void OnRestRuns(RestRuns message)
    {
        if (_rest is not { ForGood: true }) _rest = message;
        _supervisor.Forward(message);
    }

    void OnRaiseRuns(RaiseRuns message)
    {
        if (_rest is not { ForGood: false }) return;
        _rest = null;
        _supervisor.Forward(message);
        Fill();
    }

    void OnCloseQueue(CloseQueue message)
    {
        _closed = message.Reason;
        Fill();
    }

    void OnLost(RunLost news)
    {
        Hold(news.Run, news.Reason);
        OnRest(news.Run);
    }

    void Hold(RunId run, string reason)
    {
        _held[run] = reason;
        _log.Warning("{Run} is held: {Reason}", run, reason);
    }

    void OnRest(RunId run)
    {
        _active.Remove(run);
        _memory.Forget(run);
        Fill();
    }

    /// <summary>The runs that have not ended; one that is damaged hides none of the others.</summary>
    static (IReadOnlyList<RunRecord> Runs, IReadOnlyDictionary<RunId, string> Damaged) Unfinished(Store store)
    {
        var (reader, found, damaged) = (new RunReader(store), new List<RunRecord>(), new Dictionary<RunId, string>());
        foreach (var run in store.IsNew ? [] : reader.Runs())
        {
            try
            {
                if (reader.Unfinished(run) is { Status: not RunStatus.Paused }) found.Add(reader.Read(run));
            }
            catch (Exception thrown) when (RunDamage.Is(thrown)) { damaged[run] = thrown.Message; }
        }
        return (found, damaged);
    }
}
