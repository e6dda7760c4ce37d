using ActorRlhf.Actors.Recipes;
using ActorRlhf.Models.Compute;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>Workers of one caller, without actors: for computing again what a log says. Each of them does one piece of work at a time.</summary>
sealed class LocalWorkers : IWorkers, IDisposable
{
    readonly PolicyWorker _policy;
    readonly ReferenceWorker _reference;
    readonly RewardModelWorker[] _members;
    readonly RolloutWorker _rollout;

    public LocalWorkers(Recipe recipe, ComputeWorkers threads, Action<TrainingProgress> progress)
    {
        _policy = new PolicyWorker(recipe, threads, progress);
        _reference = new ReferenceWorker(threads);
        _members = [.. Enumerable.Range(0, recipe.Reward.Members).Select(_ => new RewardModelWorker(recipe, threads, progress))];
        _rollout = new RolloutWorker(recipe.Compute, threads);
    }

    public async Task<TReply> DoAsync<TReply>(IWork<TReply> work, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return (TReply)(work is ScoreCompletions score ? await ScoreAsync(score).ConfigureAwait(false) : await OnThread(() => Do(work)).ConfigureAwait(false));
    }

    public void Dispose()
    {
        _policy.Dispose();
        _reference.Dispose();
        foreach (var member in _members) member.Dispose();
        _rollout.Dispose();
    }

    object Do(object work)
    {
        switch (work)
        {
            case BeginSft begin: return Alone(_policy, () => _policy.Do(begin));
            case LearnDemonstrations learn: return Alone(_policy, () => _policy.Do(learn));
            case SaveSft save: return Alone(_policy, () => _policy.Do(save));
            case BeginPpo begin: return Alone(_policy, () => _policy.Do(begin));
            case Measure measure: return Alone(_policy, () => _policy.Do(measure));
            case UpdatePolicy update: return Alone(_policy, () => _policy.Do(update));
            case SkipStep skip: return Alone(_policy, () => _policy.Do(skip));
            case SavePolicy save: return Alone(_policy, () => _policy.Do(save));
            case MeasureReference measure: return Alone(_reference, () => _reference.Do(measure));
            case Generate generate: return Alone(_rollout, () => _rollout.Do(generate));
            case TrainRewardModel train: return Alone(_members[train.Member], () => Train(_members[train.Member], train));
            default: throw new ArgumentOutOfRangeException(nameof(work), work, "a piece of work");
        }
    }

    async Task<object> ScoreAsync(ScoreCompletions work) => new Scored([.. (await Task.WhenAll(work.Members.Select((weights, i) =>
        OnThread(() => Alone(_members[i], () => _members[i].Do(new ScoreByMember(weights, work.Sequences)))))).ConfigureAwait(false))
        .Select(reply => ((MemberScored)reply).Scores)]);

    static RewardModelReady Train(RewardModelWorker member, TrainRewardModel work)
    {
        member.Begin(work);
        while (true)
            if (member.Continue() is { } ready) return ready;
    }

    static object Alone(object worker, Func<object> work)
    {
        lock (worker) return work();
    }

    // It waits for computing, which the threads of the pool are not for.
    static Task<object> OnThread(Func<object> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
