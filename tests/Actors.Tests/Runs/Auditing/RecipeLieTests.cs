using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Actors.Tests.Runs.Auditing;

/// <summary>A recipe that is not the one by which the run was trained is found: key by key, as the table in <c>docs/audit.md</c> says.</summary>
public sealed partial class RecipeLieTests(ToldRun told) : IClassFixture<ToldRun>
{
    /// <summary>Another value of each key that acts in this run. A key without one acts in other runs only, or has no other value.</summary>
    static readonly Dictionary<string, string> s_others = new()
    {
        ["seed"] = "7",
        ["pretrain.steps"] = "61",
        ["pretrain.batch"] = "17",
        ["pretrain.learningRate"] = "0.001",
        ["pretrain.warmup"] = "3",
        ["pretrain.weightDecay"] = "0.5",
        ["pretrain.maxGradientNorm"] = "0.01",
        ["sampling.temperature"] = "0.9",
        ["reward.members"] = "1",
        ["reward.aggregation"] = "worst-case",
        ["reward.lambda"] = "3",
        ["reward.epochs"] = "3",
        ["reward.batch"] = "12",
        ["reward.learningRate"] = "0.0001",
        ["reward.weightDecay"] = "0.5",
        ["reward.centering"] = "1",
        ["reward.calibrationSamples"] = "17",
        ["rl.steps"] = "5",
        ["rl.episodes"] = "16",
        ["rl.epochs"] = "3",
        ["rl.minibatches"] = "4",
        ["rl.learningRate"] = "0.00001",
        ["rl.learningRateFinal"] = "0.5",
        ["rl.criticLearningRate"] = "0.01",
        ["rl.valueClip"] = "0.00001",
        ["rl.valueCoefficient"] = "3",
        ["rl.gamma"] = "0.5",
        ["rl.lambda"] = "0.5",
        ["rl.maxGradientNorm"] = "0.001",
        ["rl.whitenRewards"] = "true",
        ["rl.rewardClip"] = "0.001",
        ["rl.missingEos"] = "replace",
        ["rl.missingEosPenalty"] = "0.5",
        ["rl.lossAggregation"] = "seq-mean-token-sum",
        ["kl.coefficient"] = "0.5",
        ["kl.estimator"] = "k3",
        ["kl.controller"] = "adaptive",
        ["evaluation.every"] = "4",
        ["checkpoint.every"] = "2",
        ["checkpoint.sftEvery"] = "30",
        ["checkpoint.keep"] = "3",
        ["compute.threads"] = "7",
        ["compute.shards"] = "1",
        ["compute.sampler"] = "torch",
        ["policy.hiddenSize"] = "32",
        ["policy.layers"] = "2",
        ["policy.heads"] = "4",
        ["policy.keyValueHeads"] = "1",
        ["policy.intermediateSize"] = "48",
        ["sampling.maxTokens"] = "30",
        ["annotator.noise"] = "0.4",
        ["annotator.bias.length"] = "1",

        ["annotator.bias.caution"] = "1",
        ["preferences.pairs"] = "49",
        ["preferences.heldout"] = "17",
        ["evaluation.prompts"] = "9",
    };

    public static TheoryData<string> Audited => [.. Lines().Where(line => line.How == "audit" && s_others.ContainsKey(line.Key)).Select(line => line.Key)];
    public static TheoryData<string> Recomputed => [.. Lines().Where(line => line.How == "--recompute" && s_others.ContainsKey(line.Key)).Select(line => line.Key)];

    [Fact]
    public void Table_EachKey_HasOneLine() => Assert.Equal(RecipeKeys.All.Select(key => key.Name), Lines().Select(line => line.Key));

    [Fact]
    public void Table_EachLine_SaysHowTheKeyIsHeld() => Assert.All(Lines(), line => Assert.Contains(line.How, (string[])["audit", "--recompute", "does not act"]));

    [Fact]
    public void Table_KeyThatActsHere_IsHeld() => Assert.DoesNotContain(Lines(), line => line.How == "does not act" && s_others.ContainsKey(line.Key));

    [Theory, MemberData(nameof(Audited))]
    public void Audit_OtherValueInTheRecipe_IsFound(string key)
    {
        using var copy = Told(key);

        Assert.NotNull(copy.Audit().FirstBad);
    }

    [Theory, MemberData(nameof(Recomputed))]
    public async Task RecomputeAll_OtherValueInTheRecipe_IsFound(string key)
    {
        using var copy = Told(key);

        Assert.NotNull(copy.Audit().FirstBad is null ? await copy.RecomputeAllAsync() : copy.Training()[0]);
    }

    /// <summary>A run whose first event has another value of a key, with every hash put right.</summary>
    Forgery Told(string name)
    {
        var (copy, recipe) = (told.Copy(), ToldRun.Recipe);
        // No new run may begin with k3, but one that did is read.
        recipe = name == "kl.estimator"
            ? recipe with { Kl = recipe.Kl with { Estimator = KlEstimator.K3 } }
            : RecipeReader.Parse(recipe.ToYaml(), "told", [$"{name}={s_others[name]}"], checkPaths: false);
        copy.Lie(copy.Training()[0], (RunStarted started) => started with
        {
            Recipe = recipe.ToYaml(),
            RecipeHash = ContentHash.Parse(recipe.Hash()),
            Identity = ContentHash.Parse(RecipeIdentity.Hash(recipe)),
            Seed = recipe.Seed,
        });
        copy.Finish();
        return copy;
    }

    static IEnumerable<(string Key, string How)> Lines([CallerFilePath] string thisFile = "") =>
        File.ReadLines(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "..", "..", "docs", "audit.md"), Encoding.UTF8)
            .Select(line => Line().Match(line)).Where(match => match.Success).Select(match => (match.Groups[1].Value, match.Groups[2].Value.Trim('`')));

    [GeneratedRegex(@"^\| `([a-zA-Z.]+)` \| ([^|]+?) \| ")]
    private static partial Regex Line();
}
