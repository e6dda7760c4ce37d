using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Evaluation.Contract;
using Akka.Actor;

namespace ActorRlhf.Actors.Live.Evaluations;

/// <summary>
/// The only writer of a run's evaluation stream. Supervised by its run. One child for each evaluator, with a deadline; one that
/// fails again and again is left out. When the journal fails it tells whoever asked, and stops.
/// </summary>
public sealed class EvaluationsActor : EventSourcedActor
{
    /// <summary>How long an evaluator may take for a rollout.</summary>
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(10);

    const int FailuresToQuarantine = 3;               // in a row

    readonly RunContext _run;
    readonly TimeSpan _deadline;
    readonly Dictionary<int, Held> _held = [];
    readonly Dictionary<string, int> _failuresInARow = [];
    readonly List<(IEvaluator Evaluator, IActorRef Actor)> _evaluators = [];

    /// <param name="time">Clock of the envelopes.</param>
    /// <param name="deadline">How long an evaluator may take.</param>
    public EvaluationsActor(RunContext run, EventCatalogue catalogue, TimeProvider time, TimeSpan deadline) : base(run.Id.EvaluationStream, catalogue, time)
    {
        (_run, _deadline) = (run, deadline);
        Command<FindHeldout>(message => Sender.Tell(new HeldoutFound(_held.ContainsKey(message.Step) ? View(message.Step) : null)));
        Command<HeldoutRollout>(OnRollout);
        Command<Finished>(OnFinished);
        Command<Failed>(message => Sender.Tell(new Status.Failure(message.Reason)));
    }

    /// <summary>How to create one.</summary>
    public static Props Props(RunContext run, EventCatalogue catalogue, TimeProvider time, TimeSpan deadline) =>
        Akka.Actor.Props.Create(() => new EvaluationsActor(run, catalogue, time, deadline));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        base.PreStart();
        foreach (var evaluator in _run.World.Evaluators) _evaluators.Add((evaluator, Context.ActorOf(EvaluatorActor.Props(evaluator), $"evaluator-{evaluator.Id}")));
    }

    /// <inheritdoc/>
    protected override void PreRestart(Exception reason, object message)
    {
        Sender.Tell(new Status.Failure(reason), Self);
        base.PreRestart(reason, message);
    }

    /// <inheritdoc/>
    protected override void Apply(IEvent fact, long sequence)
    {
        switch (fact)
        {
            case RolloutCollected rollout:
                _held[rollout.Step] = new Held { Length = rollout.Lengths.Values.Average() };
                break;
            case RewardScored scored:
                _held[scored.Step].Proxy = scored.Result.Values.Average();
                break;
            case KlMeasured kl:
                _held[kl.Step].Kl = kl.K1.Values.Average();
                break;
            case EvaluationCompleted completed:
                _failuresInARow[completed.Evaluator] = 0;
                if (completed.Evaluator == _run.World.GoldEvaluator) _held[completed.Step].Gold = completed.Aggregates[0].Mean;
                break;
            case EvaluationFailed failed:
                _failuresInARow[failed.Evaluator] = _failuresInARow.GetValueOrDefault(failed.Evaluator) + 1;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fact), fact, "an event that is none of the evaluation stream's");
        }
    }

    void OnRollout(HeldoutRollout message)
    {
        if (_held.ContainsKey(message.Step))
        {
            Sender.Tell(View(message.Step));
            return;
        }
        bool IsTrusted(IEvaluator evaluator) => _failuresInARow.GetValueOrDefault(evaluator.Id) < FailuresToQuarantine;
        var evaluators = _evaluators.Select(one => (one.Evaluator, IsTrusted(one.Evaluator) ? one.Actor : null)).ToArray();
        // In the asker's name, so that it is told, too, when the journal fails.
        Judging.RunAsync(_run.Artefacts, message, evaluators, _deadline).PipeTo(Self, Sender, events => new Finished(message.Step, events), reason => new Failed(reason));
    }

    void OnFinished(Finished message)
    {
        if (_held.ContainsKey(message.Step)) Sender.Tell(View(message.Step));
        else PersistEvents(message.Events, () =>
        {
            _run.Artefacts.Named(message.Events.SelectMany(timed => NamedArtefacts.In(timed.Fact)));
            Sender.Tell(View(message.Step));
        });
    }

    HeldoutEvaluated View(int step)
    {
        var held = _held[step];
        return new HeldoutEvaluated(step, held.Proxy, held.Gold, held.Kl, held.Length);
    }

    sealed record Finished(int Step, IReadOnlyList<TimedEvent> Events);

    sealed record Failed(Exception Reason);

    sealed class Held
    {
        public double Proxy { get; set; }
        public double? Gold { get; set; }
        public double Kl { get; set; }
        public double Length { get; set; }
    }
}
