using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Compute;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>
/// Workers of one caller, without actors: for computing again what a log says. Each of them does one piece of work at a time.
/// </summary>
sealed class LocalWorkers : IWorkers, IDisposable
{
    readonly PolicyWorker _policy;
    readonly ReferenceWorker _reference;
    readonly RewardModelWorker[] _members;
    readonly RolloutWorker _rollout;
    readonly Dictionary<string, PpoState> _passed = [];       // states that a later rollback goes back to, whose files may be removed

    public LocalWorkers(Recipe recipe, WeightsExchange weights, ComputeWorkers threads, Action<TrainingProgress> progress)
    {
        _policy = new PolicyWorker(recipe, weights, threads, progress);
        _reference = new ReferenceWorker(weights, threads);
        _members = [.. Enumerable.Range(0, recipe.Reward.Members).Select(_ => new RewardModelWorker(recipe, weights, threads, progress))];
        _rollout = new RolloutWorker(recipe.Compute, weights, threads);
    }

    public async Task<TReply> DoAsync<TReply>(IWork<TReply> work, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return (TReply)(work is ScoreCompletions score
            ? await ScoreAsync(score).ConfigureAwait(false)
            : await OnThread(() => Do(work)).ConfigureAwait(false));
    }

    /// <summary>The policy's state after a step, where it is now.</summary>
    public PpoState State(int step) => (PpoState)Alone(_policy, () => _policy.State(step));

    /// <summary>Remembers the state after a step, where the policy is now, for a rollback to it.</summary>
    /// <param name="files">What a rollback names it by.</param>
    public void Remember(int step, IReadOnlyList<NamedArtefact> files) => _passed[Key(files)] = State(step);

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
            case BeginPpo begin:
                var passed = _passed.GetValueOrDefault(Key(begin.Files));
                return Alone(_policy, () => passed is null ? _policy.Do(begin) : _policy.Begin(begin, passed));
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

    static string Key(IReadOnlyList<NamedArtefact> files) => string.Join(' ', files);

    static object Alone(object worker, Func<object> work)
    {
        lock (worker) return work();
    }

    // It waits for computing, which the threads of the pool are not for.
    static Task<object> OnThread(Func<object> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
