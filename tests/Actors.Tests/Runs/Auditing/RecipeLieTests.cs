using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Evaluation.Randomness;
using ActorRlhf.Models.Randomness;
using Xunit.Abstractions;

namespace ActorRlhf.Actors.Tests.Runs.Auditing;

/// <summary>A recipe that is not the one by which the run was trained is found, key by key as the table in <c>docs/audit.md</c> says, at
/// the first event that contradicts it.</summary>
public sealed partial class RecipeLieTests(ToldRun told, CourteousRun courteous, DialogueRun dialogues, ITestOutputHelper output)
    : IClassFixture<ToldRun>, IClassFixture<CourteousRun>, IClassFixture<DialogueRun>
{
    const int Audits = 3, Recomputations = 2;         // of each lie, with other values
    const string Value = "VALUE";

    /// <summary>Another recipe, and what it contradicts first.</summary>
    /// <param name="Key">Which key has another value.</param>
    /// <param name="Other">Draws one that acts in the run, and is not the run's.</param>
    /// <param name="First">The first event that does not follow from it.</param>
    /// <param name="Says">What must be named of it, with <see cref="Value"/> for the other value.</param>
    sealed record Lie(string Key, Func<PhiloxStream, string> Other, Func<Forgery, ReadEvent> First, string Says)
    {
        /// <summary>How it is found, where it is found without the networks.</summary>
        public AuditFindingKind Kind { get; init; } = AuditFindingKind.Arithmetic;
        /// <summary>In which run the key acts.</summary>
        public RunId Run { get; init; } = ToldRun.Id;
        /// <summary>Keys without which the value is not allowed.</summary>
        public string[] With { get; init; } = [];
    }

    static readonly Lie[] s_lies =
    [
        new("seed", Whole(2, 1_000_000), World, "its first weights are not those that the seed draws"),
        new("world.kind", Of("hh-rlhf"), World, "not what a run of this recipe begins with") { With = ["data.path=x", "policy.path=y"] },
        new("world.kind", Of("pocket"), World, "not what a run of this recipe begins with") { Run = DialogueRun.Id, With = ["data.path="] },
        new("data.maxPromptTokens", Of("8", "10", "12", "13"), First<PreferenceLabelled>, "the token ids of prompt")
            { Run = DialogueRun.Id },
        new("data.maxPromptTokens", Of("5", "6", "7"), World, "metrics[5].value") { Run = DialogueRun.Id },
        new("data.truncation", Of("skip"), World, "metrics") { Run = DialogueRun.Id },
        new("data.trainingShare", Real(.1, .4), World, "metrics[2].value") { Run = DialogueRun.Id },
        new("data.rlShare", Real(.05, .15), World, "metrics[3].value") { Run = DialogueRun.Id },
        new("policy.hiddenSize", Of("8", "24", "32"), World, "the recipe makes LlamaConfig { HiddenSize = VALUE,"),
        new("policy.layers", Whole(2, 4), World, "Layers = VALUE,"),
        new("policy.heads", Of("4", "8"), World, " Heads = VALUE,"),
        new("policy.keyValueHeads", Of("1"), World, "KeyValueHeads = VALUE,"),
        new("policy.intermediateSize", Whole(1, 64, not: 32), World, "IntermediateSize = VALUE,"),
        new("pretrain.steps", Whole(41, 59), Stage(StageNames.Sft), "in VALUE steps"),
        new("pretrain.steps", Whole(61, 500), Stage(StageNames.Sft), "pretrain.steps VALUE") { Kind = AuditFindingKind.Missing },
        new("pretrain.batch", Whole(1, 40, not: 16), First<SftCheckpointed>, "tokens is"),
        new("pretrain.learningRate", Real(.0001, .001), First<SftCheckpointed>, "files[0].hash was"),
        new("pretrain.warmup", Whole(0, 4), First<SftCheckpointed>, "files[0].hash was"),
        new("pretrain.weightDecay", Real(.2, 1), First<SftCheckpointed>, "files[0].hash was"),
        new("pretrain.maxGradientNorm", Real(.001, .1), First<SftCheckpointed>, "files[0].hash was"),
        new("sampling.temperature", Real(.5, .9), First<PreferenceLabelled>, " in the log and is "),
        new("sampling.maxTokens", Whole(2, 60, not: 28), World, "MaxPositions = "),
        new("sampling.maxTokens", Whole(7, 12), Heldout<RolloutCollected>(), "tokens") { Run = DialogueRun.Id },
        new("annotator.noise", Real(.6, 1), First<PreferenceLabelled>, "flipped is"),
        new("annotator.bias.length", Real(1, 10), First<PreferenceLabelled>, "was preferred to"),
        new("annotator.bias.courtesy", Of("1", "2", "10"), First<PreferenceLabelled>, "was preferred to") { Run = CourteousRun.Id },
        new("annotator.bias.caution", Real(1, 10), First<PreferenceLabelled>, "was preferred to"),
        new("preferences.pairs", Whole(1, 96, not: 48), First<PreferenceLabelled>, "48 comparisons, the recipe has VALUE"),
        new("preferences.heldout", Whole(1, 32, not: 16), Last<PreferenceLabelled>, "16 comparisons, the recipe has VALUE"),
        new("reward.members", Of("1", "3", "4"), Stage(StageNames.RewardModels), "2 reward models were trained, the recipe has VALUE"),
        new("reward.aggregation", Of("single", "worst-case", "uncertainty-weighted"), Heldout<RewardScored>(),
            "aggregation was \"mean\" in the log and is \"VALUE\" now"),
        new("reward.lambda", Real(1, 10), Heldout<RewardScored>(), "lambda was 0.5 in the log and is VALUE now"),
        new("reward.epochs", Whole(3, 5), First<RewardModelTrained>, "weights was"),
        new("reward.batch", Whole(9, 40), First<RewardModelTrained>, "weights was"),
        new("reward.learningRate", Real(.00001, .0001), First<RewardModelTrained>, "weights was"),
        new("reward.weightDecay", Real(.2, 1), First<RewardModelTrained>, "weights was"),
        new("reward.centering", Real(1, 10), First<RewardModelTrained>, "weights was"),
        new("reward.calibrationSamples", Whole(17, 40), First<RewardModelTrained>, "weights was"),
        new("rl.steps", Of("2", "3", "5", "9"), Step<PolicyUpdated>(2), "step 2: learningRate was"),
        new("rl.episodes", Of("4", "6", "10", "20"), Step<RolloutCollected>(1), "8 completions, the recipe has VALUE"),
        new("rl.epochs", Whole(1, 6, not: 2), Step<PolicyUpdated>(1), "4 minibatches in the event and 4 in the artefact; the recipe makes"),
        new("rl.minibatches", Of("1", "4"), Step<PolicyUpdated>(1), "4 minibatches in the event and 4 in the artefact; the recipe makes"),
        new("rl.learningRate", Real(.000001, .00005), Step<PolicyUpdated>(1), "learningRate was 6E-05 in the log and is VALUE now"),
        new("rl.learningRateFinal", Real(.2, 1), Step<PolicyUpdated>(2), "step 2: learningRate was"),
        new("rl.criticLearningRate", Real(.001, .1), Step<PolicyUpdated>(1), "valueLoss was"),
        new("rl.clip", Real(.000001, .00001), Step<PolicyUpdated>(1), "policyLoss was"),
        new("rl.valueClip", Real(.00001, .001), Step<PolicyUpdated>(1), "valueLoss was"),
        new("rl.valueCoefficient", Real(2, 50), Step<PolicyUpdated>(1), "criticGradientNorm was"),
        new("rl.gamma", Real(.1, .99), Step<PolicyUpdated>(1), "advantagesRaw of sample"),
        new("rl.lambda", Real(.1, .9), Step<PolicyUpdated>(1), "advantagesRaw of sample"),
        new("rl.maxGradientNorm", Real(.0001, .01), Step<PolicyUpdated>(1), "policyLoss was"),
        new("rl.whitenRewards", Of("true"), Step<RewardScored>(1), "with them rewards of sample"),
        new("rl.rewardClip", Real(.0001, .01), Step<RewardScored>(1), "with them rewards of sample"),
        new("rl.missingEos", Of("replace"), Step<RewardScored>(1), "with them rewards of sample"),
        new("rl.missingEosPenalty", Real(0, .9), Step<RewardScored>(1), "with them rewards of sample"),
        new("rl.dualClip", Real(1.0000001, 1.000001), Step<PolicyUpdated>(1), "policyLoss was"),
        new("rl.lossAggregation", Of("seq-mean-token-sum", "seq-mean-token-mean", "dr-grpo"), Step<PolicyUpdated>(1), "[0].policyLoss was"),
        new("rl.onNonFinite", Of("rollback", "stop"), First<StepSkipped>, "policy was \"skip\" in the log and is \"VALUE\" now")
            { Run = CourteousRun.Id },
        new("kl.coefficient", Real(.01, 1), Heldout<KlMeasured>(), "coefficientBefore was 0.005 in the log and is VALUE now"),
        new("kl.estimator", Of("k3"), Heldout<KlMeasured>(), "estimator was \"k1\" in the log and is \"k3\" now"),
        new("kl.controller", Of("adaptive"), Step<KlMeasured>(1), "coefficientAfter was"),
        // The correction is a fifth at most, so only a target on the other side of what was measured changes it.
        new("kl.target", Real(1e-9, 1e-8), FirstAboveTarget, "coefficientAfter was") { Run = CourteousRun.Id },
        new("kl.horizon", Whole(9, 100, not: 20), Step<KlMeasured>(1), "coefficientAfter was") { Run = CourteousRun.Id },
        new("evaluation.every", Whole(3, 50), Heldout<RolloutCollected>(2), "step 2 was evaluated, and with evaluation.every VALUE"),
        new("evaluation.every", Of("1"), Heldout<RolloutCollected>(2), "the evaluation after step 1 should be")
            { Kind = AuditFindingKind.Missing },
        new("evaluation.prompts", Whole(2, 40, not: 8), Heldout<RolloutCollected>(), "8 completions, the recipe and its world have VALUE"),
        new("checkpoint.every", Whole(2, 50), First<CheckpointSaved>, "with checkpoint.every VALUE"),
        new("checkpoint.sftEvery", Whole(1, 80, not: 20), First<SftCheckpointed>, "with checkpoint.sftEvery VALUE"),
        new("checkpoint.keep", Of("0", "3", "7"), FirstRemovedOfRl, "with checkpoint.keep VALUE") { Kind = AuditFindingKind.Altered },
        new("checkpoint.keep", Of("1"), Step<RolloutCollected>(3), "checkpoint.keep is VALUE") { Kind = AuditFindingKind.Missing },
        new("compute.threads", Whole(3, 64), First<RunStarted>, "threads is 2, the recipe has VALUE"),
        new("compute.shards", Of("1", "3", "4"), First<SftCheckpointed>, "files[0].hash was"),
        new("compute.engine", Of("torch"), First<SftCheckpointed>, "files[0].hash was"),
        new("compute.device", Of("cuda"), First<RunStarted>, "the recipe has VALUE"),
        new("compute.sampler", Of("torch"), Heldout<RolloutCollected>(), "artefact was"),
    ];

    public static TheoryData<string> Audited => [.. HeldBy("audit")];
    public static TheoryData<string> Recomputed => [.. HeldBy("--recompute")];

    [Fact]
    public void Table_EachKey_HasOneLine() => Assert.Equal(RecipeKeys.All.Select(key => key.Name), Lines().Select(line => line.Key));

    [Fact]
    public void Table_EachLine_SaysHowTheKeyIsHeld() =>
        Assert.All(Lines(), line => Assert.Contains(line.How, (string[])["audit", "--recompute", "does not act"]));

    [Fact]
    public void Table_KeysThatAct_AreThoseThatAreLiedAbout() =>
        Assert.Equal(Lines().Select(line => line.Key).Except(HeldBy("does not act")), s_lies.Select(lie => lie.Key).Distinct());

    [Theory, MemberData(nameof(Audited))]
    public Task Audit_OtherValueInTheRecipe_IsFoundAtTheFirstEventThatContradictsIt(string key) =>
        TellAsync(key, Audits, (_, copy) => Task.FromResult(copy.Audit().FirstBad));

    [Theory, MemberData(nameof(Recomputed))]
    public Task RecomputeAll_OtherValueInTheRecipe_IsFoundAtTheFirstEventThatContradictsIt(string key) =>
        TellAsync(key, Recomputations, async (lie, copy) =>
        {
            Assert.Null(copy.Audit().FirstBad);
            var found = await copy.DifferenceAsync();
            return found is null ? null : AuditFinding.At(found.Logged, lie.Kind, found.Difference);
        });

    /// <summary>Tells each lie about a key with drawn values, and holds what is found against what must be.</summary>
    async Task TellAsync(string key, int values, Func<Lie, Forgery, Task<AuditFinding?>> findAsync)
    {
        var (seed, wrong) = (TamperTests.NewSeed(), new List<string>());
        foreach (var lie in s_lies.Where(lie => lie.Key == key))
        {
            var others = Enumerable.Range(0, values).Select(i => lie.Other(Purpose.RolloutPrompts.Draws(seed, (uint)i)));
            foreach (var value in others.Distinct())
            {
                using var copy = lie.Run == CourteousRun.Id ? courteous.Copy() : lie.Run == DialogueRun.Id ? dialogues.Copy() : told.Copy();
                copy.LieInRecipe([$"{key}={value}", .. lie.With]);
                var (first, says) = (lie.First(copy), lie.Says.Replace(Value, value, StringComparison.Ordinal));
                var found = await findAsync(lie, copy);
                output.WriteLine($"{key}={value}: {found}");
                if ((found?.Stream, found?.Sequence, found?.Kind) != (first.Stream, first.Sequence, lie.Kind)
                    || !found!.Detail.Contains(says, StringComparison.Ordinal))
                    wrong.Add($"seed {seed}: {key}={value} contradicts {first.Stream} {first.Sequence} ({first.Manifest}), "
                        + $"as {lie.Kind} with '{says}'; found {found}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    // Other values.

    static Func<PhiloxStream, string> Of(params string[] values) => draws => draws.Pick(values);

    static Func<PhiloxStream, string> Whole(int least, int most, int not = -1) => draws =>
        draws.Pick([.. Enumerable.Range(least, most - least + 1).Where(number => number != not)]).ToString(CultureInfo.InvariantCulture);

    static Func<PhiloxStream, string> Real(double from, double to) => draws =>
        (from + (to - from) * draws.Uniform()).ToString(CultureInfo.InvariantCulture);

    // The event that the other value contradicts first.

    static ReadEvent First<T>(Forgery copy) => copy.Training().First(read => read.Event is T);

    static ReadEvent Last<T>(Forgery copy) => copy.Training().Last(read => read.Event is T);

    static ReadEvent World(Forgery copy) => Stage(StageNames.World)(copy);

    static Func<Forgery, ReadEvent> Stage(string name) => copy =>
        copy.Training().Single(read => read.Event is StageCompleted stage && stage.Stage == name);

    static Func<Forgery, ReadEvent> Step<T>(int step) => copy =>
        copy.Training().Single(read => read.Event is T && EventSteps.Of(read.Event) == step);

    static Func<Forgery, ReadEvent> Heldout<T>(int step = 0) => copy =>
        copy.Evaluations().Single(read => read.Event is T && EventSteps.Of(read.Event) == step);

    static ReadEvent FirstAboveTarget(Forgery copy) =>
        copy.Training().First(read => read.Event is KlMeasured kl && kl.K1.Values.Average() > 1e-6);

    static ReadEvent FirstRemovedOfRl(Forgery copy) =>
        copy.Training().SkipWhile(read => read.Event is not CheckpointSaved).First(read => read.Event is ArtefactRemoved);

    static IEnumerable<string> HeldBy(string how) => Lines().Where(line => line.How == how).Select(line => line.Key);

    static IEnumerable<(string Key, string How)> Lines([CallerFilePath] string thisFile = "") =>
        File.ReadLines(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "..", "..", "docs", "audit.md"), Encoding.UTF8)
            .Select(line => Line().Match(line)).Where(match => match.Success)
            .Select(match => (match.Groups[1].Value, match.Groups[2].Value.Trim('`')));

    [GeneratedRegex(@"^\| `([a-zA-Z.]+)` \| ([^|]+?) \| ")]
    private static partial Regex Line();
}
