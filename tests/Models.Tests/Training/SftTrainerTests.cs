using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Engines.Torch;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Tests.Sampling;
using ActorRlhf.Models.Training;
using ActorRlhf.Models.Weights;
using TorchSharp;

namespace ActorRlhf.Models.Tests.Training;

public abstract class SftTrainerTests(IEngine engine) : IDisposable
{
    readonly ComputeWorkers _workers = new(2);

    public void Dispose() => _workers.Dispose();

    SftTrainer New(ModelWeights weights, AdamOptions? adam = null) =>
        new(weights, adam ?? new AdamOptions(), shards: 2, _workers, engine);

    [Fact]
    public void Step_NextTokenIsTheLastPlusOne_IsLearned()
    {
        var config = Some.Shape(hidden: 16, intermediate: 24, heads: 2, keyValueHeads: 2, vocabulary: 12);
        using var trainer = New(WeightInitialisation.LanguageModel(config, seed: 1), new AdamOptions(Beta2: 0.95));
        var losses = Enumerable.Range(0, 80).Select(step => trainer.Step(Counting(step), 1e-2, maxNorm: 1).Loss).ToArray();
        Assert.Equal(Math.Log(12), losses[0], 0.1); // nothing known: uniform over 12 tokens
        Assert.True(losses[^1] < 0.05, $"the loss is still {losses[^1]}");
    }

    /// <summary>Prompt (a, b), completion (b + 1, b + 2, …) modulo 12; a is noise.</summary>
    static TokenSequence[] Counting(int step)
    {
        var random = Purpose.Demonstrations.Draws(3, (uint)step);
        return [.. Enumerable.Range(0, 32).Select(_ =>
        {
            var (noise, start, length) = (random.Integer(12), random.Integer(12), 1 + random.Integer(5));
            return new TokenSequence([noise, start, .. Enumerable.Range(1, length).Select(i => (start + i) % 12)], 2);
        })];
    }

    [Fact]
    public void Step_LargeGradient_IsClippedToTheNorm()
    {
        var sequences = Example.Sequences(12);
        using var free = New(Example.Policy(), new AdamOptions(Beta1: 0));
        using var clipped = New(Example.Policy(), new AdamOptions(Beta1: 0));
        var norm = free.Step(sequences, 0, maxNorm: 0).GradientNorm;
        Assert.Equal(norm, clipped.Step(sequences, 0, maxNorm: norm / 4).GradientNorm); // reported as it was
        for (var i = 0; i < free.Learner.Weights.Data.Length; i++)
            Assert.Equal(free.Learner.Optimizer.FirstMoment[i] / 4, clipped.Learner.Optimizer.FirstMoment[i], 1e-7);
        using var untouched = New(Example.Policy(), new AdamOptions(Beta1: 0));
        untouched.Step(sequences, 0, maxNorm: norm * 2);
        Assert.Equal(free.Learner.Optimizer.FirstMoment, untouched.Learner.Optimizer.FirstMoment);
    }

    [Fact]
    public void Step_GradientNotFinite_ChangesNothing()
    {
        using var trainer = New(Example.Policy());
        trainer.Step(Example.Sequences(12), 1e-3, maxNorm: 1);
        trainer.Learner.Weights["model.norm.weight"][3] = float.PositiveInfinity;
        trainer.Learner.WeightsChanged();
        int[] State() =>
        [
            .. trainer.Learner.Weights.Data.Concat(trainer.Learner.Optimizer.FirstMoment).Concat(trainer.Learner.Optimizer.SecondMoment)
                .Select(BitConverter.SingleToInt32Bits),
            (int)trainer.Learner.Optimizer.Updates,
        ];
        var before = State();
        Assert.False(double.IsFinite(trainer.Step(Example.Sequences(12), 1e-3, maxNorm: 1).GradientNorm));
        Assert.Equal(before, State());
    }

    [Fact]
    public void Step_PromptTokens_AreNotLearned()
    {
        using var trainer = New(Example.Policy());
        var step = trainer.Step([new([1, 2, 3, 4, 5], 4), new([1, 2, 3, 4, 5, 6], 6)], 0, maxNorm: 0);
        Assert.Equal(1, step.Tokens);
        var logits = new ReferenceLlama(Example.Policy()).Outputs([1, 2, 3, 4]);
        Assert.Equal(-ReferenceLlama.LogProbs(logits[^1], 1)[5], step.Loss, 1e-5);
    }

    [Fact]
    public void Step_InvalidBatch_IsRejected()
    {
        using var trainer = New(Example.Policy());
        Assert.Contains("completion token", Assert.Throws<ArgumentException>(() => trainer.Step([new([1, 2], 2)], 1e-3, 1)).Message);
        Assert.Contains("prompt length 0",
            Assert.Throws<ArgumentException>(() => trainer.Step([new([1, 2], 1), new([1, 2], 0)], 1e-3, 1)).Message);
        Assert.Contains("token id 37", Assert.Throws<ArgumentException>(() => trainer.Step([new([1, 37], 1)], 1e-3, 1)).Message);
    }

    /// <summary>Of libtorch, whose tensors are counted.</summary>
    protected void Step_ManyTimes_KeepsNoTensorBehind()
    {
        using var workers = new ComputeWorkers(1);
        using var trainer = new SftTrainer(Example.Policy(), new AdamOptions(), shards: 2, workers, engine);
        long Live() => workers.Map(1, _ => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount)[0];
        void Steps(int count) => Enumerable.Range(0, count).ToList().ForEach(_ => trainer.Step(Example.Sequences(40), 1e-3, maxNorm: 1));
        Steps(2);
        var live = Live();
        Steps(18);
        Assert.Equal(live, Live());
    }
}

public sealed class TorchSftTrainerTests() : SftTrainerTests(TorchEngine.Cpu)
{
    [Fact]
    public void Step_ManyTimes_KeepsNoTensor() => Step_ManyTimes_KeepsNoTensorBehind();
}

public sealed class SimdSftTrainerTests() : SftTrainerTests(new SimdEngine());
