using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Engines.Torch;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Tests.Sampling;
using ActorRlhf.Models.Training;
using ActorRlhf.Models.Weights;
using TorchSharp;

namespace ActorRlhf.Models.Tests.Training;

public abstract class RewardModelTrainerTests(IEngine engine) : IDisposable
{
    static readonly LlamaConfig s_config = Some.Shape(hidden: 16, intermediate: 24, heads: 2, keyValueHeads: 2, vocabulary: 12);
    readonly ComputeWorkers _workers = new(2);

    public void Dispose() => _workers.Dispose();

    RewardModelTrainer New(ModelWeights weights, double centering = 0) =>
        new(weights, new AdamOptions(), centering, shards: 2, _workers, engine);

    [Fact]
    public void Step_MoreOfOneTokenIsPreferred_IsLearnedAndHoldsOnOtherComparisons()
    {
        using var trainer = New(WeightInitialisation.RewardModel(WeightInitialisation.LanguageModel(s_config, 1), member: 0, seed: 1));
        var steps = Enumerable.Range(0, 60).Select(step => trainer.Step(Preferences(step, 32), 5e-3, maxNorm: 1)).ToArray();
        Assert.InRange(steps[0].Accuracy, 0.2, 0.8);
        Assert.True(steps[^10..].Average(step => step.Accuracy) > 0.95);
        Assert.True(steps[^1].Loss < 0.2);

        using var scorer = new CpuScorer(_workers);
        scorer.Load(trainer.Learner.Weights);
        var heldout = Preferences(1000, 200);
        var (chosen, rejected) = (scorer.Scores([.. heldout.Select(pair => pair.Chosen)]),
            scorer.Scores([.. heldout.Select(pair => pair.Rejected)]));
        var accuracy = chosen.Zip(rejected, (c, r) => c > r ? 1.0 : 0).Average();
        Assert.True(accuracy > 0.95, $"the held-out accuracy is {accuracy}");
    }

    /// <summary>Completions of 6 tokens; the one with more of token 7 is preferred.</summary>
    static Comparison[] Preferences(int step, int count)
    {
        var random = Purpose.PreferenceSampling.Draws(4, (uint)step);
        TokenSequence With(int sevens) =>
            new([1, .. Enumerable.Range(0, 6).Select(i => i < sevens ? 7 : random.Integer(6)).OrderBy(_ => random.Uniform())], 1);
        return [.. Enumerable.Range(0, count).Select(_ => (Less: random.Integer(3), More: 1 + random.Integer(3)))
            .Select(pair => new Comparison(With(pair.Less + pair.More), With(pair.Less)))];
    }

    [Fact]
    public void Step_BeforeTheUpdate_ReportsTheLossOfItsScores()
    {
        using var trainer = New(Example.Critic(), centering: 0.01);
        var comparisons = Example.Comparisons(9);
        var reference = new ReferenceLlama(Example.Critic());
        double Score(TokenSequence sequence) => reference.Outputs(sequence.TokenIds)[^1][0];
        var scores = comparisons.Select(pair => (Chosen: Score(pair.Chosen), Rejected: Score(pair.Rejected))).ToArray();

        var step = trainer.Step(comparisons, 1e-3, maxNorm: 1);

        Assert.Equal(scores.Average(pair => BradleyTerry.Loss(pair.Chosen, pair.Rejected, centering: 0.01).Loss), step.Loss, 1e-5);
        Assert.Equal(scores.Average(pair => pair.Chosen > pair.Rejected ? 1.0 : 0), step.Accuracy, 1e-12);
    }

    [Fact]
    public void Step_GradientNotFinite_ChangesNothing()
    {
        using var trainer = New(Example.Critic());
        trainer.Step(Example.Comparisons(6), 1e-3, maxNorm: 1);
        trainer.Learner.Weights[ModelLayout.ScoreWeight][3] = float.NaN;
        trainer.Learner.WeightsChanged();
        int[] State() =>
        [
            .. trainer.Learner.Weights.Data.Concat(trainer.Learner.Optimizer.FirstMoment).Concat(trainer.Learner.Optimizer.SecondMoment)
                .Select(BitConverter.SingleToInt32Bits),
            (int)trainer.Learner.Optimizer.Updates,
        ];
        var before = State();
        Assert.False(double.IsFinite(trainer.Step(Example.Comparisons(6), 1e-3, maxNorm: 1).GradientNorm));
        Assert.Equal(before, State());
    }

    [Fact]
    public void Step_InvalidBatch_IsRejected()
    {
        using var trainer = New(Example.Critic());
        Assert.Throws<ArgumentException>(() => trainer.Step([], 1e-3, 1));
        Assert.Contains("empty", Assert.Throws<ArgumentException>(() => trainer.Step([new(new([1, 2], 1), new([], 0))], 1e-3, 1)).Message);
    }

    /// <summary>Of libtorch, whose tensors are counted.</summary>
    protected void Step_ManyTimes_KeepsNoTensorBehind()
    {
        using var workers = new ComputeWorkers(1);
        using var trainer = new RewardModelTrainer(Example.Critic(), new AdamOptions(), 0, shards: 2, workers, engine);
        long Live() => workers.Map(1, _ => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount)[0];
        void Steps(int count) => Enumerable.Range(0, count).ToList().ForEach(_ => trainer.Step(Example.Comparisons(20), 1e-3, maxNorm: 1));
        Steps(2);
        var live = Live();
        Steps(18);
        Assert.Equal(live, Live());
    }
}

public sealed class TorchRewardModelTrainerTests() : RewardModelTrainerTests(TorchEngine.Cpu)
{
    [Fact]
    public void Step_ManyTimes_KeepsNoTensor() => Step_ManyTimes_KeepsNoTensorBehind();
}

public sealed class SimdRewardModelTrainerTests() : RewardModelTrainerTests(new SimdEngine());
