using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Compute;
using Akka.Actor;

namespace ActorRlhf.Actors.Live.Workers;

/// <summary>
/// Owns one reward model: trains it, then scores with it. Supervised by the ensemble, persists nothing: every request names the
/// weights it is for, so a restart costs at most the training under way, which is asked for again.
/// </summary>
public class RewardModelActor : ComputeActor
{
    readonly RewardModelWorker _worker;
    IActorRef _askedBy = ActorRefs.Nobody;            // who waits for the training under way; nobody if there is none

    /// <param name="recipe">What to do.</param>
    /// <param name="weights">Where weights are taken and stored.</param>
    /// <param name="threads">Where the work runs.</param>
    /// <param name="progress">Gets a <see cref="TrainingProgress"/> now and then.</param>
    public RewardModelActor(Recipe recipe, WeightsExchange weights, ComputeWorkers threads, IActorRef progress)
    {
        _worker = new RewardModelWorker(recipe, weights, threads, done => progress.Tell(done));
        Receive<TrainRewardModel>(OnTrain);
        Receive<Continue>(_ => OnContinue());
        Receive<ScoreByMember>(work => Sender.Tell(_worker.Do(work)));
    }

    /// <summary>How to create one.</summary>
    public static Props Props(Recipe recipe, WeightsExchange weights, ComputeWorkers threads, IActorRef progress) =>
        Akka.Actor.Props.Create(() => new RewardModelActor(recipe, weights, threads, progress)).WithDispatcher(Dispatcher);

    /// <inheritdoc/>
    protected override void PostStop() => _worker.Dispose();

    /// <inheritdoc/>
    protected override void PreRestart(Exception reason, object message)
    {
        // Training ends with the actor, whichever message failed; a part of it was sent by the actor itself, not by who waits for it.
        _askedBy.Tell(WorkFailure.Of(reason), Self);
        base.PreRestart(reason, message);
    }

    void OnTrain(TrainRewardModel work)
    {
        _worker.Begin(work);
        _askedBy = Sender;
        Self.Tell(Continue.Instance);
    }

    void OnContinue()
    {
        if (_askedBy.IsNobody()) return;              // what an actor of before sent to itself
        if (_worker.Continue() is not { } ready)
        {
            Self.Tell(Continue.Instance);
            return;
        }
        _askedBy.Tell(ready);
        _askedBy = ActorRefs.Nobody;
    }

    sealed class Continue
    {
        public static readonly Continue Instance = new();
    }
}
