using ActorRlhf.Actors.Live.Workers;
using ActorRlhf.Evaluation.Contract;
using Akka.Actor;

namespace ActorRlhf.Actors.Live.Evaluations;

/// <summary>Runs one evaluator on a thread of its own. Supervised by the run's evaluations; persists nothing; whoever asks sets the deadline.</summary>
public sealed class EvaluatorActor : ComputeActor
{
    /// <summary>See <see cref="Props"/>.</summary>
    public EvaluatorActor(IEvaluator evaluator) => Receive<Judge>(message => Sender.Tell(new Judged(evaluator.Score(message.Items))));

    /// <summary>How to create one.</summary>
    public static Props Props(IEvaluator evaluator) => Akka.Actor.Props.Create(() => new EvaluatorActor(evaluator)).WithDispatcher(Dispatcher);
}
