using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Training;

namespace ActorRlhf.Host.Reproduction;

/// <summary>
/// Trains those runs of a study that a data directory lacks, several at a time, in this process: one that is over is left alone, one that
/// was cut off goes on.
/// </summary>
/// <param name="data">Opened for writing.</param>
/// <param name="parallel">Most runs at once.</param>
/// <param name="acceptBuild">Whether this build may go on with what another one began.</param>
sealed class StudyTraining(DataDirectory data, int parallel, bool acceptBuild)
{
    /// <summary>Trains them, in their order.</summary>
    /// <param name="runs">Those that are wanted.</param>
    /// <param name="ended">Hears of each run that came to its end now.</param>
    /// <param name="rest">How long runs may take to come to rest when <paramref name="ct"/> is cancelled.</param>
    /// <param name="ct">Lets the runs under way come to rest with a checkpoint, and begins no more.</param>
    /// <exception cref="LaunchRefusedException">A run does not come to life.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task TrainAsync(IReadOnlyList<StudyRun> runs, Action<StudyRun> ended, Func<TimeSpan> rest, CancellationToken ct)
    {
        var reader = new RunReader(data.Store);
        StudyRun[] left = [.. runs.Where(run => !reader.Has(run.Id) || reader.Unfinished(run.Id) is not null)];
        Talk.Say($"{runs.Count - left.Length} of {runs.Count} runs are there{(left.Length == 0 ? "" : $", {left.Length} are trained")}");
        if (left.Length == 0) return;
        using var results = new ResultsOnly();
        await using var host = await RunHost.StartAsync(data, ct).ConfigureAwait(false);
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = ct };
        try
        {
            await Parallel.ForEachAsync(left, options, async (run, stop) =>
            {
                await TrainAsync(host, run, stop).ConfigureAwait(false);
                ended(run);
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await host.RestAsync("reproduce was interrupted", rest()).ConfigureAwait(false);
            throw;
        }
    }

    async Task TrainAsync(RunHost host, StudyRun run, CancellationToken ct)
    {
        var id = run.Id;
        RunLaunch launch = new RunReader(data.Store).Has(id)
            ? new ContinueRun(id, [], "reproduce", acceptBuild)
            : new LaunchRun(id, run.Recipe.ToYaml(), acceptBuild);
        await using var feed = await host.Runs.FollowAsync(id).ConfigureAwait(false);
        await TrainingSession.LaunchAsync(host, launch, data, ct).ConfigureAwait(false);
        await foreach (var news in feed.News.ReadAllAsync(ct).ConfigureAwait(false))
            switch (news)
            {
                case RunEnded { View.State: { Status: RunStatus.Completed } }:
                    return;
                case RunEnded { View.State: var state }:
                    Talk.Say($"run {id} is {state.Status.ToString().ToLowerInvariant()}: {state.Reason}");
                    return;
                case RunLost lost:
                    Talk.Say($"run {id} was cut off: {lost.Reason}");
                    return;
            }
    }
}
