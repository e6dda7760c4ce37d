using System.Threading.Channels;
using Akka.Actor;

namespace ActorRlhf.Actors.Live.Supervision;

/// <summary>What is said of a run, until it is disposed.</summary>
public sealed class RunFeed : IAsyncDisposable
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    readonly IActorRef _follower;

    internal RunFeed(ChannelReader<object> news, IActorRef follower) => (News, _follower) = (news, follower);

    /// <summary>What was said and not read yet.</summary>
    public ChannelReader<object> News { get; }

    /// <summary>Stops listening.</summary>
    public async ValueTask DisposeAsync() => await _follower.GracefulStop(s_patience).ConfigureAwait(false);
}
