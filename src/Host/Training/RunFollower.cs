using System.Threading.Channels;
using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Pipeline;
using Akka.Actor;

namespace ActorRlhf.Host.Training;

/// <summary>Carries the news of a run out of the actor system, to be read in one place. Supervised by <c>/user</c>, persists nothing.</summary>
sealed class RunFollower : ReceiveActor
{
    public RunFollower(RunId run, ChannelWriter<object> news)
    {
        Receive<RunNews>(message => message.Run == run, message => news.TryWrite(message));
        Receive<JournalReadiness>(message => news.TryWrite(message));
    }

    /// <summary>How to create one; whoever does subscribes it to <see cref="RunNews"/> and <see cref="JournalReadiness"/>.</summary>
    /// <param name="run">Whose news.</param>
    /// <param name="news">Gets them.</param>
    public static Props Props(RunId run, ChannelWriter<object> news) => Akka.Actor.Props.Create(() => new RunFollower(run, news));
}
