using ActorRlhf.Actors.Live.Runs;
using ActorRlhf.Actors.Live.Workers;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Compute;
using Akka.Actor;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>Makes the child of one run throw when it gets a message.</summary>
/// <param name="message">Type name of the message.</param>
/// <param name="strikesAt">Whether it throws at the n-th one of its kind, from 1.</param>
sealed class Fault(string message, Func<int, bool> strikesAt)
{
    internal const string Run = "faulty";
    int _seen;

    /// <summary>Throws at the n-th message of its kind and at those that follow.</summary>
    internal Fault(string message, int at, int times = 1) : this(message, n => n >= at && n < at + times) { }

    /// <summary>Messages that made a child throw.</summary>
    internal int Strikes { get; private set; }

    internal void Strike(object received)
    {
        if (received.GetType().Name != message || !strikesAt(++_seen)) return;
        Strikes++;
        throw new InvalidOperationException($"{message} {_seen} is meant to fail");
    }
}

/// <summary>Children of the run <see cref="Fault.Run"/> with a fault, and sound ones for all others.</summary>
sealed class FaultyChildren(ComputePool pool, Fault fault)
    : RunChildrenFactory(pool)
{
    protected override Props Policy(RunContext run, WeightsExchange weights, IActorRef progress) =>
        Choose(run, base.Policy(run, weights, progress), () => new FaultyPolicy(run.Recipe, weights, Share(run), progress, fault));

    protected override Props Reference(RunContext run, WeightsExchange weights) =>
        Choose(run, base.Reference(run, weights), () => new FaultyReference(weights, Share(run), fault));

    protected override Props RewardModel(RunContext run, WeightsExchange weights, IActorRef progress) =>
        Choose(run, base.RewardModel(run, weights, progress),
            () => new FaultyRewardModel(run.Recipe, weights, Share(run), progress, fault));

    protected override Props Rollout(RunContext run, WeightsExchange weights) =>
        Choose(run, base.Rollout(run, weights), () => new FaultyRollout(run.Recipe, weights, Share(run), fault));

    static Props Choose<T>(RunContext run, Props sound, System.Linq.Expressions.Expression<Func<T>> faulty) where T : ActorBase =>
        run.Id.Value == Fault.Run ? Props.Create(faulty).WithDispatcher(ComputeActor.Dispatcher) : sound;
}

sealed class FaultyPolicy(Recipe recipe, WeightsExchange weights, ComputeWorkers workers, IActorRef progress, Fault fault)
    : PolicyActor(recipe, weights, workers, progress)
{
    protected override bool AroundReceive(Receive receive, object message)
    {
        fault.Strike(message);
        return base.AroundReceive(receive, message);
    }
}

sealed class FaultyReference(WeightsExchange weights, ComputeWorkers workers, Fault fault)
    : ReferenceActor(weights, workers)
{
    protected override bool AroundReceive(Receive receive, object message)
    {
        fault.Strike(message);
        return base.AroundReceive(receive, message);
    }
}

sealed class FaultyRewardModel(Recipe recipe, WeightsExchange weights, ComputeWorkers workers, IActorRef progress, Fault fault)
    : RewardModelActor(recipe, weights, workers, progress)
{
    protected override bool AroundReceive(Receive receive, object message)
    {
        // Two members share the fault.
        lock (fault) fault.Strike(message);
        return base.AroundReceive(receive, message);
    }
}

sealed class FaultyRollout(Recipe recipe, WeightsExchange weights, ComputeWorkers workers, Fault fault)
    : RolloutActor(recipe, weights, workers)
{
    protected override bool AroundReceive(Receive receive, object message)
    {
        fault.Strike(message);
        return base.AroundReceive(receive, message);
    }
}
