using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Actors.Tests.Golden;

/// <summary>What a replay, an audit or a counterfactual reads beside the events: names and bytes of artefacts are for ever, too.</summary>
public sealed class GoldenArtefactsTests
{
    static readonly RolloutRow[] s_rollout =
    [
        new("p1", "List 2 fruits, \"ripe\" ones → ü", [1, 2], [3, 0], "apple pear", "eos", [-0.25f, -1.5f],
            new Dictionary<string, string> { ["family"] = "list" }),
        new("p2", "2 + 2", [4], [5], "4\n", "length", [float.NaN], new Dictionary<string, string>()),
    ];

    static readonly ComparisonRow[] s_comparisons =
    [
        new("p1", "2 + 2", [4], "4", "5", [6, 0], [7, 0], true), new("p2", "2 + 3", [4], "5", "6", [7, 0], [8, 0], null),
    ];

    static readonly EvaluationRow[] s_evaluation =
    [
        new(0, "p1", new Dictionary<string, Score> { ["gold"] = new(0.5, "4", "exact") }, null), new(1, null, null, "no answer"),
    ];

    static readonly PpoNumbers s_numbers = new(0, 0, 0, 0, 0, 1, 0, 0, 0, 0);

    static byte[] Step() => StepArtefact.Write(
        [[-1f, -2f], [-3f]], [[-1.5f, -2.5f], [-3.5f]], [[-1.25f, -2.25f], [-3.25f]], [[.5f, .25f], [.125f]],
        new EpisodeAdvantages([[0, 1], [2]], [[3, 4], [5]], [[6, 7], [8]], [[9, 10], [11]], [1, 2]),
        new PpoUpdate(
            [
                .. from epoch in (int[])[0, 1]
                   from sample in (int[])[1, 0]
                   select new PpoMinibatch(epoch, 1 - sample, [sample], [[-7f - epoch]], [[.75f + epoch]], s_numbers),
            ],
            null));

    [Fact]
    public void Rollout_Golden_IsWrittenAndReadAsEver() =>
        Check("artefacts/rollout.jsonl", JsonLines.Write(s_rollout), bytes => JsonLines.Write(JsonLines.Read<RolloutRow>(bytes)));

    [Fact]
    public void Comparisons_Golden_AreWrittenAndReadAsEver() =>
        Check("artefacts/comparisons.jsonl", JsonLines.Write(s_comparisons),
            bytes => JsonLines.Write(JsonLines.Read<ComparisonRow>(bytes)));

    [Fact]
    public void Evaluation_Golden_IsWrittenAndReadAsEver() =>
        Check("artefacts/evaluation.jsonl", JsonLines.Write(s_evaluation), bytes => JsonLines.Write(JsonLines.Read<EvaluationRow>(bytes)));

    [Fact]
    public void Step_Golden_IsWrittenAndReadAsEver() => Check("artefacts/step.safetensors", Step(), bytes =>
    {
        var read = StepTokens.Read(bytes, "golden");
        return StepArtefact.Write(read.SamplerLogProbs, read.OldLogProbs, read.RefLogProbs, read.Values,
            new EpisodeAdvantages(read.Rewards, read.AdvantagesRaw, read.Advantages, read.Returns, []),
            new PpoUpdate(
                [
                    .. read.Minibatches.Select(one =>
                        new PpoMinibatch(one.Epoch, one.Minibatch, one.SampleIndex, one.NewLogProbs, one.NewValues, s_numbers)),
                ],
                null));
    });

    /// <param name="name">The golden file.</param>
    /// <param name="written">What this build writes.</param>
    /// <param name="again">Reads bytes and writes them again: what was not read is missing then.</param>
    static void Check(string name, byte[] written, Func<byte[], byte[]> again)
    {
        if (GoldenFolder.WritesMissing && !File.Exists(GoldenFolder.Of(name))) GoldenFolder.Write(name, written);
        Assert.True(File.Exists(GoldenFolder.Of(name)), $"{name} is missing: {GoldenFolder.HowToWrite}");
        var golden = File.ReadAllBytes(GoldenFolder.Of(name));
        Assert.Equal(golden, written);
        Assert.Equal(golden, again(golden));
    }
}
