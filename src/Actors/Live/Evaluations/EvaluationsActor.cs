using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Evaluation.Contract;
using Akka.Actor;
using Akka.Event;

namespace ActorRlhf.Actors.Live.Evaluations;

/// <summary>
/// The only writer of a run's evaluation stream. Supervised by <c>/user/evaluations</c>, beside the runs: it is there as long as somebody
/// asks, also for a run that is over. It knows evaluators by their descriptions and has them asked within a deadline; a version that fails
/// again and again is asked no more. When the journal fails it tells whoever asked and its supervisor, and stops.
/// </summary>
sealed class EvaluationsActor : EventSourcedActor
{
    /// <summary>How long an evaluator may take for a rollout.</summary>
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(10);

    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);   // nobody has asked for so long

    readonly RunId _run;
    readonly ArtefactStore _artefacts;
    readonly IJudges _judges;
    readonly TimeSpan _deadline;
    readonly Func<ContentHash?> _inheritedBeforeRl;
    readonly Func<StreamHead, bool> _isLogged;
    readonly MismatchWatch _watch;
    ContentHash? _beforeRl;                          // the held-out rollout before RL
    readonly HeldoutPoints _held = new();
    readonly Quarantine _quarantine = new();
    readonly Dictionary<BenchmarkCompleted.Request, BenchmarkCompleted> _benchmarks = [];
    readonly HashSet<(ContentHash Rollout, int Step, string? Set, string Evaluator, string Version)> _judged = [];

    /// <param name="artefacts">Where rollouts are, claimed by the run, and where results go.</param>
    /// <param name="judges">Finds evaluators by their descriptions.</param>
    /// <param name="time">Clock of the envelopes.</param>
    /// <param name="deadline">How long an evaluator may take.</param>
    /// <param name="inheritedBeforeRl">Finds the held-out rollout before RL of a fork, whose own stream begins later.</param>
    /// <param name="alarm">Reads the alarm of the run below a step, as its log has it.</param>
    /// <param name="isLogged">Whether the run's training stream has an event.</param>
    public EvaluationsActor(
        RunId run, ArtefactStore artefacts, IJudges judges, EventCatalogue catalogue, TimeProvider time, TimeSpan deadline,
        Func<ContentHash?> inheritedBeforeRl, Func<int, AlarmFold> alarm, Func<StreamHead, bool> isLogged)
        : base(run.EvaluationStream, catalogue, time)
    {
        (_run, _artefacts, _judges, _deadline, _inheritedBeforeRl, _isLogged) =
            (run, artefacts, judges, deadline, inheritedBeforeRl, isLogged);
        var log = Logging.GetLogger(Context);
        _watch = new MismatchWatch(alarm, why => log.Warning(why, "{Run}: its alarm is silent from now on", run));
        Command<OpenEvaluations>(_ => Sender.Tell(new EvaluationsOpen()));
        Command<FindHeldout>(message => Sender.Tell(new HeldoutFound(_held.After(message.Step))));
        Command<RecordHeldout>(OnRecord);
        Command<FillIn>(OnFillIn);
        Command<RecordBenchmark>(OnBenchmark);
        Command<ReleaseEvaluator>(OnRelease);
        Command<Judged>(OnJudged);
        Command<Filled>(OnFilled);
        Command<Benchmarked>(OnBenchmarked);
        Command<Failed>(message => Sender.Tell(WorkFailure.Of(message.Reason)));
        Command<ReceiveTimeout>(_ => Context.Parent.Tell(new Idle(_run)));
    }

    /// <summary>How to create one.</summary>
    public static Props Props(
        RunId run, ArtefactStore artefacts, IJudges judges, EventCatalogue catalogue, TimeProvider time, TimeSpan deadline,
        Func<ContentHash?> inheritedBeforeRl, Func<int, AlarmFold> alarm, Func<StreamHead, bool> isLogged) =>
        Akka.Actor.Props.Create(() => new EvaluationsActor(
                run, artefacts, judges, catalogue, time, deadline, inheritedBeforeRl, alarm, isLogged))
            .WithDispatcher(JournalHosting.LogDispatcher);

    /// <inheritdoc/>
    protected override void OnRecovered() => SetReceiveTimeout(s_patience);

    /// <inheritdoc/>
    protected override void PreRestart(Exception reason, object message)
    {
        Sender.Tell(WorkFailure.Of(reason), Self);
        base.PreRestart(reason, message);
    }

    /// <inheritdoc/>
    protected override void Apply(IEvent fact, long sequence)
    {
        _quarantine.Add(fact);
        _held.Add(fact);
        if (fact is RolloutCollected { Step: 0 } first) _beforeRl = first.Artefact;
        if (fact is BenchmarkCompleted benchmark) _benchmarks[benchmark.Asked()] = benchmark;
        if (fact is EvaluationCompleted judged)
            _judged.Add((judged.Rollout, judged.Step, judged.Set, judged.Evaluator, judged.Version));
    }

    void OnRecord(RecordHeldout message)
    {
        if (_held.After(message.Rollout.Step) is { } known)
        {
            Sender.Tell(known);
            return;
        }
        var evaluators = message.Evaluators.Concat(_judges.BesideWorld(_run)).Select(one => (one, _quarantine.Of(one))).ToArray();
        var rollout = message.Rollout;
        var comparing = evaluators.Any(asked => asked.one.Needs.HasFlag(EvaluatorNeeds.Pairs));
        var (own, inherited) = (_beforeRl, _inheritedBeforeRl);
        // In the asker's name, so that it is told, too, when the journal fails.
        Task.Run(async () => _watch.With(await Judging.RunAsync(
                _artefacts, rollout, evaluators, _judges, _deadline, comparing && rollout.Step > 0 ? own ?? inherited() : null)
                .ConfigureAwait(false)))
            .PipeTo(Self, Sender, events => new Judged(rollout.Step, events), reason => new Failed(reason));
    }

    void OnJudged(Judged message)
    {
        if (_held.After(message.Step) is { } known) Sender.Tell(known);
        else PersistEvents(message.Events, () =>
        {
            _artefacts.Named(message.Events.SelectMany(timed => NamedArtefacts.In(timed.Fact)));
            Sender.Tell(_held.After(message.Step)!);
        });
    }

    void OnFillIn(FillIn message)
    {
        var open = message.Rollouts.Where(rollout => !IsJudged(rollout, message.Evaluator)).ToArray();
        Task.Run(() => Judging.FillInAsync(_artefacts, message.Evaluator, open, _judges, _deadline))
            .PipeTo(Self, Sender, judged => new Filled(message, judged), reason => new Failed(reason));
    }

    void OnFilled(Filled message)
    {
        // The run itself may have had the same rollout judged meanwhile.
        TimedEvent[] events =
        [
            .. message.Judged.Where(one => one.Judged is not null && !IsJudged(one.Rollout, message.Asked.Evaluator))
                .Select(one => one.Judged!.Value),
        ];
        PersistEvents(events, () =>
        {
            _artefacts.Named(events.SelectMany(timed => NamedArtefacts.In(timed.Fact)));
            var failures = message.Judged.Where(one => one.Failure is not null).Select(one => (one.Rollout, one.Failure!, one.IsLost))
                .ToArray();
            Sender.Tell(new FilledIn(events.Length, failures));
        });
    }

    bool IsJudged(LoggedRollout rollout, EvaluatorDescription evaluator) =>
        _judged.Contains((rollout.Artefact, rollout.Step, rollout.Set, evaluator.Id, evaluator.Version));

    void OnBenchmark(RecordBenchmark message) =>
        // The run may have been deleted while its policy was asked, and another one may come by its name.
        Task.Run(() => _isLogged(message.Done.Source)
                ? message.Done.Store(_artefacts)
                : throw new InvalidOperationException($"the run has no event {message.Done.Source} any more: it was deleted meanwhile"))
            .PipeTo(Self, Sender, fact => new Benchmarked(fact, message), reason => new Failed(reason));

    void OnBenchmarked(Benchmarked message)
    {
        var known = _benchmarks.GetValueOrDefault(message.Fact.Asked());
        PersistEvents(known is null ? [new TimedEvent(message.Fact, message.Asked.Done.Duration)] : [], () =>
        {
            _artefacts.Named(NamedArtefacts.In(message.Fact));
            Sender.Tell(new BenchmarkRecorded(known ?? message.Fact));
        }, message.Asked.By);
    }

    void OnRelease(ReleaseEvaluator message)
    {
        var released = _quarantine.Has(message.Evaluator, message.Version);
        PersistEvents(
            released ? [new TimedEvent(new EvaluatorReleased(message.Evaluator, message.Version, message.By))] : [],
            () => Sender.Tell(new EvaluatorFree(released)), message.By);
    }

    /// <summary>Nobody has asked for a while.</summary>
    internal sealed record Idle(RunId Run);

    sealed record Judged(int Step, IReadOnlyList<TimedEvent> Events);

    sealed record Filled(FillIn Asked, IReadOnlyList<(LoggedRollout Rollout, TimedEvent? Judged, string? Failure, bool IsLost)> Judged);

    sealed record Benchmarked(BenchmarkCompleted Fact, RecordBenchmark Asked);

    sealed record Failed(Exception Reason);
}
