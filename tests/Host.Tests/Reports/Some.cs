using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Host.Tests.Reports;

/// <summary>Events with the numbers that a test is about; the rest is anything.</summary>
static class Some
{
    public const string Heldout = "heldout:pocket";
    public static readonly ContentHash Hash = ContentHash.Of("something"u8);
    static readonly StreamHead s_source = new(1, Hash);

    public static RolloutCollected Rollout(int step, int[] lengths, string? set = null, ContentHash? artefact = null) =>
        new(
            step, set, Hash, artefact ?? Hash, new IntegerColumn(lengths),
            new IntegerColumn(new int[lengths.Length]), set is null ? null : s_source);

    public static RewardScored Scored(int step, double[] scores, string? set = null) =>
        new(step, set, 1, new DoubleColumn(scores), "mean", 0, new DoubleColumn(scores), [], set is null ? null : s_source);

    public static KlMeasured Kl(int step, double[] k1, string? set = null) =>
        new(step, set, new DoubleColumn(k1), new DoubleColumn(k1), 0, 0, "k1", 0.05, 0.05, set is null ? null : s_source);

    public static EvaluationCompleted Gold(int step, double mean) =>
        new(step, Heldout, "pocket-gold", "1", Hash, true, Hash, 2, [new MetricAggregate("gold", mean, 0.1, 2, 0)], Hash, s_source);

    /// <summary>An update; for each minibatch its epoch and its largest ratio error.</summary>
    public static PolicyUpdated Updated(int step, double samplerError, params (int Epoch, double RatioError)[] minibatches) =>
        new(
            step, 1e-4,
            [.. minibatches.Select((one, i) => new MinibatchUpdated(one.Epoch, i, 0, 0, 0, 0, 0, 1, one.RatioError, 0, 0, 0))],
            Hash, Hash, Hash, samplerError, 0, 0, 0, 0);

    public static RewardModelTrained RewardModel(int member, double accuracy) => new(member, Hash, 0.7, 0.5, accuracy, 10, 0.1, 0, 0, 1);

    public static StageCompleted Stage(string name) => new(name, [], []);

    public static RolloutRow Row(string prompt, string completion) =>
        new("p", prompt, [1], [2, 3], completion, "eos", [-1, -1], new Dictionary<string, string>());
}
