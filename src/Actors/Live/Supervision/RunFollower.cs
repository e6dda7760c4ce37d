using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Pipeline;
using Akka.Actor;

namespace ActorRlhf.Actors.Live.Supervision;

/// <summary>Carries what is said of one run out of the actor system. Supervised by <c>/user</c>, persists nothing.</summary>
sealed class RunFollower : ReceiveActor
{
    readonly Type[] _kinds;

    public RunFollower(RunId run, Type[] kinds, Action<object> heard)
    {
        _kinds = kinds;
        Receive<RunNews>(news => news.Run == run, heard);
        Receive<JournalReadiness>(heard);
        Receive<StreamProgress>(progress => progress.Stream == run.TrainingStream || progress.Stream == run.EvaluationStream, heard);
    }

    /// <summary>How to create one.</summary>
    /// <param name="run">Of which run.</param>
    /// <param name="kinds">What to hear on the event stream.</param>
    /// <param name="heard">Gets it, one after the other.</param>
    public static Props Props(RunId run, Type[] kinds, Action<object> heard) =>
        Akka.Actor.Props.Create(() => new RunFollower(run, kinds, heard));

    protected override void PreStart()
    {
        foreach (var kind in _kinds) Context.System.EventStream.Subscribe(Self, kind);
    }
}
