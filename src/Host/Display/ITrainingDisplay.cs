using System.Threading.Channels;
using ActorRlhf.Actors.Runs.Pipeline;

namespace ActorRlhf.Host.Display;

/// <summary>Shows a run on stderr while it goes on.</summary>
interface ITrainingDisplay
{
    /// <summary>Follows the news to the last: a <see cref="RunEnded"/> or a <see cref="RunLost"/>.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> was cancelled; the display is closed.</exception>
    Task<RunNews> FollowAsync(ChannelReader<object> news, CancellationToken ct);
}
