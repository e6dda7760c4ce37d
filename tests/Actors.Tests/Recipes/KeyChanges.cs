using ActorRlhf.Actors.Recipes;

namespace ActorRlhf.Actors.Tests.Recipes;

/// <summary>
/// For every key a value other than the default, and whether the key decides the result.
/// A new key must be added here, which is the moment to decide that.
/// </summary>
static class KeyChanges
{
    const string Determining = """
        seed=18446744073709551615
        world.kind=pocket data.path=
        data.maxPromptTokens=160
        data.truncation=skip
        data.trainingShare=0.5
        data.rlShare=0.125
        policy.hiddenSize=32
        policy.layers=1
        policy.heads=8
        policy.keyValueHeads=2
        policy.intermediateSize=128
        pretrain.steps=0
        pretrain.batch=32
        pretrain.learningRate=1e-4
        pretrain.warmup=0
        pretrain.weightDecay=0
        pretrain.maxGradientNorm=0.5
        sampling.temperature=0.7
        sampling.maxTokens=48
        annotator.noise=0
        annotator.bias.length=-0.02
        annotator.bias.courtesy=0
        annotator.bias.caution=0
        preferences.pairs=4096
        preferences.heldout=256
        reward.members=1
        reward.aggregation=uncertainty-weighted
        reward.lambda=1
        reward.epochs=1
        reward.batch=16
        reward.learningRate=0.0003
        reward.weightDecay=0.1
        reward.centering=0.01
        reward.calibrationSamples=256
        rl.steps=30
        rl.episodes=16
        rl.epochs=2
        rl.minibatches=4
        rl.learningRate=0.00001
        rl.learningRateFinal=0
        rl.criticLearningRate=0.00006
        rl.clip=0.1
        rl.valueClip=0.5
        rl.valueCoefficient=0.5
        rl.gamma=0.99
        rl.lambda=1
        rl.maxGradientNorm=0.5
        rl.whitenRewards=true
        rl.rewardClip=5
        rl.missingEos=replace
        rl.missingEosPenalty=2
        rl.dualClip=3
        rl.lossAggregation=dr-grpo
        rl.onNonFinite=rollback
        kl.coefficient=0.05
        kl.controller=adaptive
        kl.target=3
        kl.horizon=256
        compute.shards=4
        compute.engine=simd
        compute.device=cuda
        compute.sampler=torch
        """;

    const string Observing = """
        name=other
        description=It's another.
        data.path=elsewhere.jsonl
        policy.path=elsewhere
        evaluation.every=5
        evaluation.prompts=240
        evaluation.onMismatch=pause
        evaluation.webhook=https://alarm.example/hooks
        evaluation.webhookTokenFile=elsewhere/hook
        checkpoint.every=1
        checkpoint.sftEvery=7
        checkpoint.keep=0
        recovery.onDivergence=fork
        witness.file=elsewhere/witness.jsonl
        witness.url=https://witness.example/runs
        witness.tokenFile=elsewhere/token
        compute.threads=1
        compute.reuseStages=true
        """;

    // One algorithm and one estimator are available, so there is nothing to change them to.
    public static readonly string[] WithoutChoice = ["rl.algorithm", "kl.estimator"];

    /// <summary>Key, the overrides that change it, whether it decides the result.</summary>
    public static IEnumerable<(string Key, string[] Overrides, bool Determines)> All =>
        Determining.ReplaceLineEndings("\n").Split('\n').Select(line => (Name(line), line.Split(' '), true))
            .Concat(Observing.ReplaceLineEndings("\n").Split('\n').Select(line => (Name(line), new[] { line }, false)));

    /// <summary>A recipe in which every one of these changes is allowed.</summary>
    public static Recipe Start(params string[] overrides) => RecipeReader.Parse(
        "world: {kind: hh-rlhf}\ndata: {path: pairs.jsonl}\npolicy: {path: model}\n", "start", overrides, checkPaths: false);

    static string Name(string line) => line[..line.IndexOf('=')];
}
