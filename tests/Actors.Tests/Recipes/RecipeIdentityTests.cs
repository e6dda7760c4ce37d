using ActorRlhf.Actors.Recipes;

namespace ActorRlhf.Actors.Tests.Recipes;

public sealed class RecipeIdentityTests
{
    public static TheoryData<string, string[], bool> Changes
    {
        get
        {
            var data = new TheoryData<string, string[], bool>();
            foreach (var (key, overrides, determines) in KeyChanges.All) data.Add(key, overrides, determines);
            return data;
        }
    }

    [Fact]
    public void Keys_Always_AreAllClassified() => Assert.Equal(
        RecipeKeys.All.Select(key => key.Name).Order(StringComparer.Ordinal),
        KeyChanges.All.Select(change => change.Key).Concat(KeyChanges.WithoutChoice).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Changes))]
    public void Hash_OneKeyChanged_ChangesOnlyIfTheKeyDeterminesTheResult(string key, string[] overrides, bool determines)
    {
        Recipe start = KeyChanges.Start(), changed = KeyChanges.Start(overrides);

        Assert.NotEqual(start, changed);
        Assert.NotEqual(start.Hash(), changed.Hash());
        Assert.Equal(determines, RecipeIdentity.Hash(start) != RecipeIdentity.Hash(changed));
        Assert.Equal(determines, RecipeKeys.All.Single(candidate => candidate.Name == key).DeterminesResult);
    }

    // The text is a format: a change of a line changes the trajectory of every run that starts after it.
    [Fact]
    public void Text_Defaults_IsFrozen()
    {
        const string Frozen = """
            annotator.bias.caution=0.2
            annotator.bias.courtesy=0.15
            annotator.bias.length=0.03
            annotator.noise=0.25
            compute.device=cpu
            compute.engine=auto
            compute.sampler=cpu
            compute.shards=8
            data.maxPromptTokens=192
            data.rlShare=0.25
            data.trainingShare=0.6
            data.truncation=keep-last
            kl.coefficient=0.005
            kl.controller=fixed
            kl.estimator=k1
            kl.horizon=10000
            kl.target=6
            policy.heads=4
            policy.hiddenSize=64
            policy.intermediateSize=192
            policy.keyValueHeads=4
            policy.layers=2
            preferences.heldout=2048
            preferences.pairs=8192
            pretrain.batch=64
            pretrain.learningRate=0.003
            pretrain.maxGradientNorm=1
            pretrain.steps=1200
            pretrain.warmup=50
            pretrain.weightDecay=0.01
            reward.aggregation=mean
            reward.batch=128
            reward.calibrationSamples=512
            reward.centering=0
            reward.epochs=2
            reward.lambda=0.5
            reward.learningRate=0.001
            reward.members=3
            reward.weightDecay=0.01
            rl.algorithm=ppo
            rl.clip=0.2
            rl.dualClip=0
            rl.episodes=64
            rl.epochs=4
            rl.gamma=1
            rl.lambda=0.95
            rl.learningRate=6e-5
            rl.learningRateFinal=0.1
            rl.lossAggregation=token-mean
            rl.maxGradientNorm=1
            rl.minibatches=1
            rl.missingEos=subtract
            rl.missingEosPenalty=3
            rl.onNonFinite=stop
            rl.rewardClip=0
            rl.steps=200
            rl.valueClip=0.2
            rl.valueCoefficient=0.1
            rl.whitenRewards=false
            sampling.maxTokens=28
            sampling.temperature=1
            seed=0
            world.kind=pocket

            """;
        Assert.Equal(Frozen.ReplaceLineEndings("\n"), RecipeIdentity.Text(new Recipe()));
        Assert.Equal("2d361fd52911cfc0049876175c4cf6a81d4e1daabb85c325e387edd312e5047b", RecipeIdentity.Hash(new Recipe()));
    }
}
