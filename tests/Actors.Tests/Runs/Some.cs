using System.Text;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>Small recipes and events.</summary>
static class Some
{
    /// <summary>Every stage in about half a second: the recipe <c>pocket-tiny</c>, made smaller.</summary>
    internal static Recipe Recipe(params string[] overrides) => RecipeReader.ReadEmbedded("pocket-tiny",
    [
        "policy.hiddenSize=16", "policy.intermediateSize=32", "pretrain.steps=60", "pretrain.batch=16",
        "preferences.pairs=48", "preferences.heldout=16", "reward.batch=8", "reward.calibrationSamples=16",
        "rl.steps=4", "rl.episodes=8", "rl.epochs=2", "rl.minibatches=2",
        "evaluation.every=2", "evaluation.prompts=8", "checkpoint.every=2",
        .. overrides,
    ]);

    /// <summary>The same as earlier builds let it begin: with k3 as the penalty in the reward.</summary>
    internal static Recipe RecipeWithK3(params string[] overrides)
    {
        var recipe = Recipe(overrides);
        return recipe with { Kl = recipe.Kl with { Estimator = KlEstimator.K3 } };
    }

    internal static ContentHash Hash(string name) => ContentHash.Of(Encoding.UTF8.GetBytes(name));

    internal static RunStarted Started(ulong seed = 1) =>
        new("name: x\n", Hash("recipe"), Hash("identity"), seed, 1, "1.0.0", "cpu", 2, ["libtorch 2"], null);

    internal static RunQueued Queued() => new("name: x\n", Hash("recipe"), Hash("identity"), null, "alice", 3);

    internal static StageCompleted Stage(string name = "sft", params string[] artefacts) =>
        new(name, [.. artefacts.Select(artefact => new NamedArtefact("policy", Hash(artefact)))], [new("loss", 0.5)]);

    /// <summary>A checkpoint of SFT with two files, named after its step unless said.</summary>
    internal static SftCheckpointed SftCheckpoint(int step, params string[] files) =>
        new(step, 100 * step, 0, Named(files.Length == 0 ? [$"policy sft {step}", $"policy-optimizer sft {step}"] : files));

    internal static RewardModelTrained Member(int member, string weights) =>
        new(member, Hash(weights), 0.6, 0.7, 0.65, 16, 0.1, 0.2, 0.3, 0.4);

    /// <summary>The events of a step that was applied: two completions of 3 and 4 tokens.</summary>
    internal static IEvent[] Step(int step, double coefficientAfter = 0.05) =>
    [
        new RolloutCollected(
            step, null, Hash($"policy {step - 1}"), Hash($"rollout {step}"),
            new IntegerColumn([3, 4]), new IntegerColumn([0, 1]), null),
        new RewardScored(step, null, 1, new DoubleColumn([0.5, -0.5]), "mean", 0, new DoubleColumn([0.5, -0.5]), [], null),
        new KlMeasured(
            step, null, new DoubleColumn([0.1, 0.2]), new DoubleColumn([0.1, 0.2]), 0.04, 0.04, "k1", 0.05, coefficientAfter, null),
        new PolicyUpdated(step, 1e-4, [], Hash($"policy {step}"), Hash($"critic {step}"), Hash($"numbers {step}"), 0, 0, 0, 0, 0),
    ];

    /// <summary>A checkpoint of four files, named after its step unless said.</summary>
    internal static CheckpointSaved Checkpoint(int step, params string[] files) =>
        new(step, 0.05 + step, Named(files.Length == 0
            ? [$"policy {step}", $"policy-optimizer {step}", $"critic {step}", $"critic-optimizer {step}"]
            : files));

    static NamedArtefact[] Named(string[] files) =>
        [.. files.Select(file => new NamedArtefact(file.Split(' ')[0], Hash(file)))];

    /// <summary>The state that a history leads to.</summary>
    internal static RunState State(params IEnumerable<IEvent> history) => history.Aggregate(RunState.Empty, Run.Evolve);
}
