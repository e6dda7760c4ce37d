using ActorRlhf.Actors.Recipes;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Actors.Tests.Recipes;

public sealed class RecipeReaderTests
{
    [Theory]
    [InlineData("rl:\n  steps: 5\nreward:\n  aggregation: worst-case\n")]
    [InlineData("rl: {steps: 5}\nreward: {aggregation: 'worst-case'}\n")]
    [InlineData("---\nrl:\n    steps:   5   # few\n\nreward:\n    aggregation: \"worst-case\"\n...\n")]
    [InlineData("rl:\r\n  steps: 5\r\nkl:\r\n  # all defaults\r\nreward:\r\n  aggregation: worst-case\r\n")]
    [InlineData("{\"rl\": {\"steps\": +5}, \"reward\": {\"aggregation\": \"worst-case\"}}")]
    public void Parse_AnyPlainYaml_GivesTheSameRecipe(string text)
    {
        var defaults = new Recipe();
        var expected = defaults with
        {
            Rl = defaults.Rl with { Steps = 5 },
            Reward = defaults.Reward with { Aggregation = RewardAggregation.WorstCase },
        };
        Assert.Equal(expected, RecipeReader.Parse(text, "r"));
    }

    [Fact]
    public void Parse_FoldedDescription_IsOneLine() =>
        Assert.Equal("one two", RecipeReader.Parse("description: >\n  one\n  two\n", "r").Description);

    [Fact]
    public void Read_ByteOrderMark_IsPassedOver()
    {
        var folder = Directory.CreateTempSubdirectory("recipes").FullName;
        var path = Path.Combine(folder, "r.yaml");
        File.WriteAllBytes(path, [0xEF, 0xBB, 0xBF, .. "seed: 7\n"u8]);
        try { Assert.Equal(7UL, RecipeReader.Read(path).Seed); }
        finally { Directory.Delete(folder, recursive: true); }
    }

    [Fact]
    public void Parse_EveryKeyOfTheContract_IsAccepted()
    {
        const string Text = """
            name: all-keys
            seed: 18446744073709551615
            world: {kind: hh-rlhf}
            data: {path: pairs.jsonl}
            policy: {path: model, hiddenSize: 32, layers: 1, heads: 2}
            pretrain: {steps: 10}
            annotator: {noise: 0.1, bias: {length: 0.1, courtesy: 0.2, caution: 0.3}}
            preferences: {pairs: 100}
            reward: {members: 4, aggregation: uncertainty-weighted, lambda: 0.25}
            rl: {algorithm: ppo, steps: 3, episodes: 8, epochs: 2, learningRate: 1e-5}
            kl: {coefficient: 0.1, estimator: k1, controller: adaptive, target: 4.5}
            evaluation: {every: 2, prompts: 16}
            checkpoint: {every: 1, keep: 0}
            recovery: {onDivergence: fork}
            compute: {threads: 1, shards: 1, device: cpu}
            """;
        var recipe = RecipeReader.Parse(Text, "r", ["policy.keyValueHeads=1"], checkPaths: false);

        Assert.Equal(("all-keys", ulong.MaxValue, WorldKind.HhRlhf), (recipe.Name, recipe.Seed, recipe.World.Kind));
        Assert.Equal(
            ("pairs.jsonl", "model", 32, 1, 2),
            (recipe.Data.Path, recipe.Policy.Path, recipe.Policy.HiddenSize, recipe.Policy.Layers, recipe.Policy.Heads));
        Assert.Equal((10, 100), (recipe.Pretrain.Steps, recipe.Preferences.Pairs));
        Assert.Equal(
            new AnnotatorRecipe { Noise = 0.1, Bias = new AnnotatorBias { Length = 0.1, Courtesy = 0.2, Caution = 0.3 } },
            recipe.Annotator);
        Assert.Equal(
            (4, RewardAggregation.UncertaintyWeighted, 0.25),
            (recipe.Reward.Members, recipe.Reward.Aggregation, recipe.Reward.Lambda));
        Assert.Equal(
            (RlAlgorithm.Ppo, 3, 8, 2, 1e-5),
            (recipe.Rl.Algorithm, recipe.Rl.Steps, recipe.Rl.Episodes, recipe.Rl.Epochs, recipe.Rl.LearningRate));
        Assert.Equal(
            (0.1, KlEstimator.K1, KlController.Adaptive, 4.5),
            (recipe.Kl.Coefficient, recipe.Kl.Estimator, recipe.Kl.Controller, recipe.Kl.Target));
        Assert.Equal((2, 16, 1, 0), (recipe.Evaluation.Every, recipe.Evaluation.Prompts, recipe.Checkpoint.Every, recipe.Checkpoint.Keep));
        Assert.Equal(DivergenceRule.Fork, recipe.Recovery.OnDivergence);
        Assert.Equal((1, 1, ComputeDevice.Cpu), (recipe.Compute.Threads, recipe.Compute.Shards, recipe.Compute.Device));
    }

    [Theory]
    [InlineData("world.kind", "pocket")]
    [InlineData("data.truncation", "keep-last", "skip")]
    [InlineData("reward.aggregation", "single", "mean", "worst-case", "uncertainty-weighted")]
    [InlineData("rl.missingEos", "subtract", "replace")]
    [InlineData("rl.lossAggregation", "token-mean", "seq-mean-token-mean", "seq-mean-token-sum", "dr-grpo")]
    [InlineData("rl.onNonFinite", "skip", "rollback", "stop")]
    [InlineData("kl.estimator", "k1")]
    [InlineData("kl.controller", "fixed", "adaptive")]
    [InlineData("compute.device", "cpu", "cuda", "auto")]
    [InlineData("compute.engine", "auto", "simd", "torch")]
    [InlineData("compute.sampler", "cpu", "torch")]
    public void Parse_EveryChoice_IsWrittenBackUnderItsName(string key, params string[] choices)
    {
        foreach (var choice in choices)
        {
            var recipe = RecipeReader.Parse("seed: 1\n", "r", [$"{key}={choice}"]);
            Assert.Equal(choice, RecipeKeys.All.Single(candidate => candidate.Name == key).Value(recipe));
        }
    }

    [Fact]
    public void Parse_Overrides_ReplaceTheFilesValuesAndTheLastCounts()
    {
        var recipe = RecipeReader.Parse(
            "name: r\nrl: {steps: 5}\n", "r", ["rl.steps=6", " kl.coefficient = 0.5 ", "rl.steps=7", "description=a=b"]);
        Assert.Equal((7, 0.5, "a=b", "r"), (recipe.Rl.Steps, recipe.Kl.Coefficient, recipe.Description, recipe.Name));
    }

    [Theory]
    [InlineData("rl: {learningRate: 0.5}\n", null)]
    [InlineData("rl: {criticLearningRate: null}\n", null)]
    [InlineData("rl:\n  criticLearningRate:\n", null)]
    [InlineData("rl: {criticLearningRate: 0.25}\n", 0.25)]
    [InlineData("rl: {criticLearningRate: 0.25}\n", null, "rl.criticLearningRate=")]
    public void Parse_OptionalNumber_MayBeNothing(string text, double? expected, params string[] overrides)
    {
        var recipe = RecipeReader.Parse(text, "r", overrides);

        Assert.Equal(expected, recipe.Rl.CriticLearningRate);
        Assert.Equal(recipe, RecipeReader.Parse(recipe.ToYaml(), "again"));
    }

    [Fact]
    public void Parse_EmptyOverrideOfAPath_UnsetsIt() =>
        Assert.Null(RecipeReader.Parse("policy: {path: no/such/folder}\n", "r", ["policy.path="]).Policy.Path);

    [Theory]
    [InlineData("rl.steps", "--set: 'rl.steps' is not an override: write key=value, for example rl.steps=50")]
    [InlineData("rl.steps=many", "--set: rl.steps: 'many' is not a whole number from 1 to 10000000")]
    [InlineData("rl.steps=", "--set: rl.steps: '' is not a whole number from 1 to 10000000")]
    [InlineData("rl.step=5", "--set: rl.step: 'step' is not a key of 'rl', which has algorithm, steps, episodes, epochs, minibatches, "
        + "learningRate, learningRateFinal, criticLearningRate, clip, valueClip, valueCoefficient, gamma, lambda, maxGradientNorm, "
        + "whitenRewards, rewardClip, missingEos, missingEosPenalty, dualClip, lossAggregation, onNonFinite; did you mean 'rl.steps'?")]
    [InlineData("rl.criticLearningRate=0", "--set: rl.criticLearningRate: '0' is not a number above 0 and at most 1, or nothing")]
    [InlineData("rl.criticLearningRate=0,1", "--set: rl.criticLearningRate: '0,1' is not a number above 0 and at most 1, or nothing; "
        + "did you mean '0.1'?")]
    [InlineData("annotator.bias=0", "--set: annotator.bias: a section takes no value; set one of its keys: length, courtesy, caution")]
    [InlineData("=5", "--set: '' is not a key of a recipe, which has name, description, seed, world, data, policy, pretrain, sampling, "
        + "annotator, preferences, reward, rl, kl, evaluation, checkpoint, witness, recovery, compute")]
    [InlineData("kl.estimator=k2", "--set: kl.estimator: 'k2' is not k1; did you mean 'k1'?")]
    [InlineData("kl.estimator=k3", "--set: kl.estimator: 'k3' is not k1, the estimate whose penalty in the reward has the gradient "
        + "of a KL: k3's vanishes near the reference and points the other way further off (at 0.2 nats 0.3 of the size, cosine -0.77); "
        + "k3 is measured all the same, as kl/k3")]
    [InlineData("policy.path=no/such/folder", "--set: policy.path: 'no/such/folder' is not a folder that contains config.json; "
        + "a path is relative to the current directory")]
    [InlineData("witness.url=http://witness.example/", "--set: witness.url: 'http://witness.example/' is not an https address, "
        + "or an http one of this machine, of at most 1000 characters and without user, query and fragment")]
    [InlineData("policy.hiddenSize=30", "--set: policy.heads: '4' is not a divisor of policy.hiddenSize (30)")]
    [InlineData("name=\u001b[31mred", "--set: name: '\ufffd[31mred' is not a name of 1 to 48 lower-case letters, digits and hyphens")]
    public void Parse_WrongOverride_NamesTheOverride(string setting, string message)
    {
        var failure = Assert.Throws<RecipeException>(() => RecipeReader.Parse("policy: {heads: 4}\n", "r", [setting]));
        Assert.Equal(message, failure.Message);
    }

    [Theory]
    [InlineData("https://witness.example", "https://witness.example/")]
    [InlineData("http://127.0.0.1:8424/runs", "http://127.0.0.1:8424/runs")]
    [InlineData("http://localhost/a/../b", "http://localhost/b")]
    [InlineData("http://[::1]:1/", "http://[::1]:1/")]
    public void Parse_Address_IsKeptInOneForm(string given, string kept)
    {
        var recipe = RecipeReader.Parse("name: r\n", "r", [$"witness.url={given}"]);

        Assert.Equal(kept, RecipeKeys.All.Single(key => key.Name == "witness.url").Value(recipe));
        Assert.Equal(recipe, RecipeReader.Parse(recipe.ToYaml(), "again"));
    }

    [Theory]
    [InlineData("http://127.0.0.1.witness.example/")]
    [InlineData("http://10.0.0.1/")]
    [InlineData("https://user:secret@witness.example/")]
    [InlineData("https://witness.example/?token=secret")]
    [InlineData("https://witness.example/#here")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("witness.example")]
    [InlineData("/runs")]
    public void Parse_AddressThatShowsOrHoldsASecret_IsRefused(string address) =>
        Assert.Throws<RecipeException>(() => RecipeReader.Parse("name: r\n", "r", [$"witness.url={address}"]));

    [Fact]
    public void Parse_OverrideOfAWrongValue_LeavesTheFileWrong()
    {
        var failure = Assert.Throws<RecipeException>(() => RecipeReader.Parse("rl: {steps: many}\n", "r", ["rl.steps=5"]));
        Assert.Equal(
            ("r", 1, "rl.steps", "many"),
            (failure.Problems[0].File, failure.Problems[0].Line, failure.Problems[0].Key, failure.Problems[0].Value));
    }

    [Fact]
    public void Parse_RetiredValue_IsReadFromAStartedRunAndRefusedOtherwise()
    {
        const string Text = "kl:\n  coefficient: 0.1\n  estimator: k3\n";

        Assert.Equal(KlEstimator.K3, RecipeReader.Parse(Text, "r", ["kl.coefficient=1"], checkPaths: false).Kl.Estimator);
        Assert.Equal(KlEstimator.K1, RecipeReader.Parse(Text, "r", ["kl.estimator=k1"]).Kl.Estimator);
        Assert.StartsWith(
            "r:3: kl.estimator: 'k3' is not k1",
            Assert.Throws<RecipeException>(() => RecipeReader.Parse(Text, "r")).Message,
            StringComparison.Ordinal);
        Assert.StartsWith("--set: kl.estimator: 'k3' is not k1",
            Assert.Throws<RecipeException>(() => RecipeReader.Parse(Text, "r", ["kl.estimator=k3"], checkPaths: false)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_TextOfAStartedRun_NeedsNoPaths()
    {
        const string Text = "world: {kind: hh-rlhf}\ndata: {path: gone.jsonl}\npolicy: {path: gone}\n";
        Assert.Throws<RecipeException>(() => RecipeReader.Parse(Text, "r"));
        Assert.Equal("gone", RecipeReader.Parse(Text, "r", checkPaths: false).Policy.Path);
    }

    [Theory]
    [InlineData("data.maxPromptTokens", "1")]
    [InlineData("sampling.temperature", "1e-40")]
    public void Parse_ValueThatWasAllowedOnce_IsForRunsThatHaveBegun(string key, string value)
    {
        var text = $"{key.Split('.')[0]}: {{{key.Split('.')[1]}: {value}}}\n";
        Assert.Equal(key, Assert.Single(Assert.Throws<RecipeException>(() => RecipeReader.Parse(text, "r")).Problems).Key);
        var failure = Assert.Throws<RecipeException>(() =>
            RecipeReader.Parse("seed: 1\n", "r", [$"{key}={value}"], checkPaths: false));
        Assert.Equal(key, Assert.Single(failure.Problems).Key);

        var begun = RecipeReader.Parse(text, "r", checkPaths: false);

        Assert.Equal(begun, RecipeReader.Parse(begun.ToYaml(), "again", checkPaths: false));
    }

    [Fact]
    public void Parse_CompletionsShorterThanPocketsDemonstrations_AreRefusedWhereTheyAreLearned()
    {
        var problem = Assert.Single(Assert.Throws<RecipeException>(() =>
            RecipeReader.Parse("rl: {steps: 1}\nsampling: {maxTokens: 27}\n", "r")).Problems);
        Assert.Equal(("sampling.maxTokens", 2), (problem.Key, problem.Line));
        Assert.StartsWith("at least 28: ", problem.Expected);

        Assert.Equal(8, RecipeReader.Parse("sampling: {maxTokens: 8}\n", "r", ["pretrain.steps=0"]).Sampling.MaxTokens);
        Assert.Equal(8, RecipeReader.Parse("sampling: {maxTokens: 8}\n", "r", checkPaths: false).Sampling.MaxTokens);
    }

    [Theory]
    [InlineData("data.maxPromptTokens", "at most 22", "data.maxPromptTokens=23", "sampling.maxTokens=10")]
    [InlineData("sampling.maxTokens", "at most 30", "data.maxPromptTokens=2", "sampling.maxTokens=31")]
    public void Parse_LongerThanTheModelsContext_NamesTheKeyBeforeAnythingIsTrained(string key, string allowed, params string[] overrides)
    {
        var folder = Directory.CreateTempSubdirectory("recipes").FullName;
        var shape = new LlamaConfig
        {
            HiddenSize = 4,
            IntermediateSize = 4,
            Layers = 1,
            Heads = 1,
            KeyValueHeads = 1,
            VocabularySize = 8,
            MaxPositions = 32,
            BosTokenId = 1,
            EosTokenId = 2,
        };
        LlamaConfigFile.Write(Path.Combine(folder, LlamaConfigFile.FileName), shape, HeadKind.LanguageModel);
        string[] paths = [$"policy.path={folder}", $"data.path={Path.Combine(folder, LlamaConfigFile.FileName)}"];
        try
        {
            var problem = Assert.Single(Assert.Throws<RecipeException>(() =>
                RecipeReader.Parse("world: {kind: hh-rlhf}\n", "r", [.. paths, .. overrides])).Problems);
            Assert.Equal(("--set", key), (problem.File, problem.Key));
            Assert.StartsWith(allowed, problem.Expected);
            string[] fitting = [.. paths, "data.maxPromptTokens=22", "sampling.maxTokens=10"];
            Assert.Equal(22, RecipeReader.Parse("world: {kind: hh-rlhf}\n", "r", fitting).Data.MaxPromptTokens);
        }
        finally { Directory.Delete(folder, recursive: true); }
    }

    [Fact]
    public void Parse_PathsThatExist_AreAccepted()
    {
        var folder = Directory.CreateTempSubdirectory("recipes").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "config.json"), "{}");
            var recipe = RecipeReader.Parse(
                "world: {kind: hh-rlhf}\n", "r", [$"policy.path={folder}", $"data.path={Path.Combine(folder, "config.json")}"]);
            Assert.Equal(folder, recipe.Policy.Path);
        }
        finally { Directory.Delete(folder, recursive: true); }
    }
}
