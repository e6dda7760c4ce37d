using System.Collections.Concurrent;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Tests.Runs.Counterfactual;

/// <summary>
/// Real runs of one seed that differ in the rules that a counterfactual may change; each is trained when a test first asks for it.
/// </summary>
public sealed class RunsOfRules : IAsyncLifetime
{
    const string K3 = "kl.estimator=k3";               // runs of earlier builds have it

    readonly ConcurrentDictionary<string, Lazy<Task<RunRecord>>> _runs = [];
    RunsHost? _host;

    /// <summary>The rules by name. The learning rate is none; a high one makes the later steps worth looking at.</summary>
    internal static IReadOnlyDictionary<string, string[]> Overrides { get; } = new Dictionary<string, string[]>
    {
        ["plain"] = [],
        ["adaptive"] =
        [
            "kl.controller=adaptive", "kl.coefficient=0.3", "kl.target=0.01", "kl.horizon=30",
            "reward.aggregation=uncertainty-weighted", "reward.lambda=1.5", "rl.learningRate=0.003",
        ],
        ["clipped"] =
        [
            "reward.aggregation=worst-case", "rl.whitenRewards=true", "rl.rewardClip=0.5", "rl.missingEos=replace",
            "rl.missingEosPenalty=2", "rl.gamma=0.9", "rl.lambda=0.8",
        ],
        ["losses"] =
        [
            "reward.aggregation=single", "rl.clip=0.01", "rl.dualClip=1.5", "rl.valueClip=0.02",
            "rl.lossAggregation=seq-mean-token-sum", "kl.coefficient=0", "rl.learningRate=0.003",
        ],
        ["constant-length"] = ["rl.lossAggregation=dr-grpo", K3, "kl.coefficient=0.1", "rl.minibatches=1"],
    };

    public async Task InitializeAsync() => _host = await RunsHost.StartAsync();

    public async Task DisposeAsync() => await _host!.DisposeAsync();

    internal static Recipe Recipe(string[] overrides) => overrides.Contains(K3)
        ? Some.RecipeWithK3(["seed=5", .. overrides.Except([K3])])
        : Some.Recipe(["seed=5", .. overrides]);

    internal Task<RunRecord> ReadAsync(string name) =>
        _runs.GetOrAdd(name, _ => new(() => _host!.TrainAsync(name, Recipe(Overrides[name])))).Value;
}
