using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Compute;
using Akka.Actor;

namespace ActorRlhf.Actors.Live.Workers;

/// <summary>
/// Owns the frozen reference model. Supervised by its run, persists nothing: every request names the weights it is for, so a
/// restart loses nothing.
/// </summary>
public class ReferenceActor : ComputeActor
{
    readonly ReferenceWorker _worker;

    /// <param name="weights">Where weights are taken.</param>
    /// <param name="threads">Where the work runs.</param>
    public ReferenceActor(WeightsExchange weights, ComputeWorkers threads)
    {
        _worker = new ReferenceWorker(weights, threads);
        Receive<MeasureReference>(work => Sender.Tell(_worker.Do(work)));
    }

    /// <summary>How to create one.</summary>
    public static Props Props(WeightsExchange weights, ComputeWorkers threads) =>
        Akka.Actor.Props.Create(() => new ReferenceActor(weights, threads)).WithDispatcher(Dispatcher);

    /// <inheritdoc/>
    protected override void PostStop() => _worker.Dispose();
}
