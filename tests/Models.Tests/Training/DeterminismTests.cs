using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Engines.Torch;
using ActorRlhf.Models.Training;

namespace ActorRlhf.Models.Tests.Training;

/// <summary>A result depends on the number of shards and on nothing else that the machine decides.</summary>
public abstract class DeterminismTests(IEngine engine)
{
    const double Centering = 0.01;
    static readonly AdamOptions s_adam = new(WeightDecay: 0.01);
    static readonly TokenSequence[] s_sequences = Example.Sequences(40);

    [Fact]
    public void Sft_OneOrTwoThreadsAndAgain_HasTheSameBits() => AssertSameBits(workers =>
    {
        using var trainer = new SftTrainer(Example.Policy(), s_adam, shards: 3, workers, engine);
        var steps = Enumerable.Range(0, 4).Select(_ => trainer.Step(s_sequences, 1e-2, maxNorm: 1)).ToArray();
        return State(trainer.Learner, steps.SelectMany(step => new[] { step.Loss, step.GradientNorm }));
    });

    [Fact]
    public void RewardModel_OneOrTwoThreadsAndAgain_HasTheSameBits() => AssertSameBits(workers =>
    {
        using var trainer = new RewardModelTrainer(Example.Critic(), s_adam, Centering, shards: 3, workers, engine);
        var steps = Enumerable.Range(0, 4).Select(_ => trainer.Step(Example.Comparisons(20), 1e-2, maxNorm: 1)).ToArray();
        return State(trainer.Learner, steps.SelectMany(step => new[] { step.Loss, step.Accuracy, step.GradientNorm }));
    });

    [Fact]
    public void Ppo_OneOrTwoThreadsAndAgain_HasTheSameBits() => AssertSameBits(workers =>
    {
        using var trainer = new PpoTrainer(Example.Policy(), Example.Critic(), s_adam, shards: 3, workers, engine);
        var options = new PpoOptions { Minibatches = 2, Epochs = 2, Temperature = 0.7 };
        var updates = Enumerable.Range(1, 2).Select(step =>
            trainer.Update(Example.Episodes(trainer, s_sequences, options, step: step), options, 1e-2, seed: 1, step)).ToArray();
        var minibatches = updates.SelectMany(update => update.Minibatches).ToArray();
        return
        [
            .. State(trainer.Policy, minibatches.SelectMany(minibatch =>
                new[] { minibatch.Numbers.PolicyLoss, minibatch.Numbers.Entropy, minibatch.Numbers.PolicyGradientNorm })),
            .. State(trainer.Critic, minibatches.Select(minibatch => minibatch.Numbers.CriticGradientNorm)),
            .. minibatches.SelectMany(minibatch => minibatch.NewLogProbs.Concat(minibatch.NewValues)).SelectMany(row => row).Select(Bits),
        ];
    });

    [Theory, InlineData(2), InlineData(3), InlineData(7), InlineData(64)] // 64: more shards than rows
    public void Sft_OtherNumberOfShards_AgreesWithOne(int shards)
    {
        using var workers = new ComputeWorkers(2);
        (SftStep, float[]) Step(int count)
        {
            using var trainer = new SftTrainer(Example.Policy(), new AdamOptions(Beta1: 0), count, workers, engine);
            return (trainer.Step(s_sequences, 0, maxNorm: 0), trainer.Learner.Optimizer.FirstMoment);
        }
        var ((one, gradient), (many, others)) = (Step(1), Step(shards));
        Assert.Equal(one.Loss, many.Loss, 1e-5);
        AssertClose(gradient, others);
    }

    [Theory, InlineData(2), InlineData(7)]
    public void RewardModel_OtherNumberOfShards_AgreesWithOne(int shards)
    {
        using var workers = new ComputeWorkers(2);
        (RewardModelStep, float[]) Step(int count)
        {
            using var trainer = new RewardModelTrainer(
                Example.Critic(), new AdamOptions(Beta1: 0), Centering, count, workers, engine);
            return (trainer.Step(Example.Comparisons(20), 0, maxNorm: 0), trainer.Learner.Optimizer.FirstMoment);
        }
        var ((one, gradient), (many, others)) = (Step(1), Step(shards));
        Assert.Equal(one.Loss, many.Loss, 1e-5);
        Assert.Equal(one.Accuracy, many.Accuracy);
        AssertClose(gradient, others);
    }

    [Theory, InlineData(2), InlineData(7)]
    public void Ppo_OtherNumberOfShards_AgreesWithOne(int shards)
    {
        using var workers = new ComputeWorkers(2);
        (PpoNumbers, float[], float[]) Step(int count)
        {
            using var trainer = new PpoTrainer(
                Example.Policy(), Example.Critic(), new AdamOptions(Beta1: 0), count, workers, engine);
            var update = trainer.Update(
                Example.Episodes(trainer, s_sequences), new PpoOptions { Epochs = 1, MaxGradientNorm = 0 }, 0, seed: 1, step: 1);
            return (update.Minibatches[0].Numbers, trainer.Policy.Optimizer.FirstMoment, trainer.Critic.Optimizer.FirstMoment);
        }
        var ((one, policy, critic), (many, otherPolicy, otherCritic)) = (Step(1), Step(shards));
        Assert.Equal(one.PolicyLoss, many.PolicyLoss, 1e-5);
        Assert.Equal(one.ValueLoss, many.ValueLoss, 1e-5);
        Assert.Equal(one.Entropy, many.Entropy, 1e-5);
        AssertClose(policy, otherPolicy);
        AssertClose(critic, otherCritic);
    }

    static void AssertSameBits(Func<ComputeWorkers, long[]> run)
    {
        using var one = new ComputeWorkers(1);
        using var two = new ComputeWorkers(2);
        var expected = run(one);
        Assert.Equal(expected, run(two));
        Assert.Equal(expected, run(two));
    }

    static long[] State(Learner learner, IEnumerable<double> numbers) =>
    [
        .. learner.Weights.Data.Select(Bits), .. learner.Optimizer.FirstMoment.Select(Bits), .. learner.Optimizer.SecondMoment.Select(Bits),
        learner.Optimizer.Updates, .. numbers.Select(BitConverter.DoubleToInt64Bits),
    ];

    static long Bits(float value) => BitConverter.SingleToInt32Bits(value);

    static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Contains(expected, element => Math.Abs(element) > 0.01);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-5);
    }
}

public sealed class TorchDeterminismTests() : DeterminismTests(TorchEngine.Cpu);

public sealed class SimdDeterminismTests() : DeterminismTests(new SimdEngine());
