using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Tests.Runs.Reusing;

/// <summary>
/// That a key says truly from where on it acts: were it later than in truth, a run would be given a stage that is not its own.
/// </summary>
public sealed class StageInputsTests
{
    // Of every key that does not act from the beginning another value; all of a part at once, for none of them may act before it.
    static readonly string[] s_preferences =
    [
        "sampling.temperature=0.8", "annotator.noise=0.4", "annotator.bias.length=0.2", "annotator.bias.courtesy=0.7",
        "annotator.bias.caution=0.9", "preferences.pairs=40", "preferences.heldout=12",
    ];
    static readonly string[] s_rewardModels =
    [
        "reward.members=3", "reward.epochs=1", "reward.batch=12", "reward.learningRate=0.0003", "reward.weightDecay=0.2",
        "reward.centering=0.1", "reward.calibrationSamples=24",
    ];
    static readonly string[] s_rl =
    [
        "reward.aggregation=worst-case", "reward.lambda=2", "rl.steps=3", "rl.episodes=6", "rl.epochs=1", "rl.minibatches=3",
        "rl.learningRate=0.001", "rl.learningRateFinal=0.7", "rl.criticLearningRate=0.002", "rl.clip=0.3", "rl.valueClip=0.4",
        "rl.valueCoefficient=0.7", "rl.gamma=0.9", "rl.lambda=0.8", "rl.maxGradientNorm=0.3", "rl.whitenRewards=true",
        "rl.rewardClip=3", "rl.missingEos=replace", "rl.missingEosPenalty=2", "rl.dualClip=3", "rl.lossAggregation=dr-grpo",
        "rl.onNonFinite=rollback", "kl.coefficient=0.3", "kl.controller=adaptive", "kl.target=3", "kl.horizon=50",
    ];

    public static TheoryData<RecipeStage, string[]> Later => new()
    {
        { RecipeStage.Preferences, s_preferences }, { RecipeStage.RewardModels, s_rewardModels }, { RecipeStage.Rl, s_rl },
    };

    [Theory, MemberData(nameof(Later))]
    public async Task ActsFrom_EveryKeyOfAPartChanged_LeavesAllStagesBeforeItAsTheyWere(RecipeStage part, string[] overrides)
    {
        Assert.Equal(Keys(part), overrides.Select(one => one[..one.IndexOf('=')]).Order());
        Assert.All(overrides, one =>
        {
            var key = RecipeKeys.All.Single(key => one.StartsWith(key.Name + "=", StringComparison.Ordinal));
            Assert.NotEqual(key.Value(Some.Recipe()), key.Value(Some.Recipe(overrides)));
        });

        await using var host = await RunsHost.StartAsync();
        var (one, other) = (await host.TrainAsync("one", Some.Recipe()), await host.TrainAsync("other", Some.Recipe(overrides)));

        var before = (int)part;                       // stages before it
        Assert.Equal(Bytes(one, before), Bytes(other, before));
        Assert.NotEqual(one.Trajectory, other.Trajectory);
        if (part < RecipeStage.Rl) Assert.NotEqual(Bytes(one, before + 1), Bytes(other, before + 1));
    }

    static IEnumerable<string> Keys(RecipeStage part) => RecipeKeys.All
        .Where(key => key.DeterminesResult && key.ActsFrom == part)
        .Select(key => key.Name)
        // One algorithm and one estimator are available.
        .Except(["rl.algorithm", "kl.estimator"])
        .Order();

    /// <summary>What was logged of the first stages.</summary>
    static IEnumerable<byte[]> Bytes(RunRecord run, int stages)
    {
        foreach (var fact in run.Training().Select(read => read.Event))
        {
            if (stages == 0) break;
            if (fact is SftCheckpointed or PreferenceLabelled or RewardModelTrained or StageCompleted)
                yield return EventCatalogue.Known.Encode(fact);
            if (fact is StageCompleted) stages--;
        }
    }
}
