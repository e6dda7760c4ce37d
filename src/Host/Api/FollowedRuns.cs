using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Host.Api;

/// <summary>The runs that somebody follows, each read once for all who do.</summary>
/// <remarks>Any number of threads may use it.</remarks>
sealed class FollowedRuns(Store store, Lazy<RunSystem> runs)
{
    readonly Dictionary<RunId, (FollowedRun Run, int Followers)> _followed = [];

    /// <summary>The run for one more who follows it, until <see cref="LeaveAsync"/>.</summary>
    public FollowedRun Join(RunRecord run)
    {
        lock (_followed)
        {
            var (followed, followers) = _followed.GetValueOrDefault(run.Id);
            followed ??= new FollowedRun(store.Journal, runs.Value, run);
            _followed[run.Id] = (followed, followers + 1);
            return followed;
        }
    }

    /// <summary>One who followed a run does so no more.</summary>
    public async Task LeaveAsync(RunId run)
    {
        FollowedRun followed;
        lock (_followed)
        {
            (followed, var followers) = _followed[run];
            if (followers > 1)
            {
                _followed[run] = (followed, followers - 1);
                return;
            }
            _followed.Remove(run);
        }
        await followed.DisposeAsync().ConfigureAwait(false);
    }
}
