using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Engines.Torch;
using ActorRlhf.Models.Numerics;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Tests.Sampling;
using ActorRlhf.Models.Training;
using ActorRlhf.Models.Weights;
using TorchSharp;

namespace ActorRlhf.Models.Tests.Training;

public abstract class PpoTrainerTests : IDisposable
{
    static readonly TokenSequence[] s_sequences = Example.Sequences(48);
    readonly ComputeWorkers _workers = new(2);
    readonly IEngine _engine;
    readonly PpoTrainer _trainer;

    protected PpoTrainerTests(IEngine engine)
    {
        _engine = engine;
        _trainer = New(Example.Policy(), Example.Critic());
    }

    public void Dispose()
    {
        _trainer.Dispose();
        _workers.Dispose();
    }

    PpoTrainer New(ModelWeights policy, ModelWeights critic) =>
        new(policy, critic, new AdamOptions(Epsilon: 1e-5), shards: 2, _workers, _engine);

    [Theory, InlineData(1), InlineData(.7)]
    public void Measure_AnyTemperature_AgreesWithTheReference(double temperature)
    {
        var (logProbs, values) = _trainer.Measure(s_sequences, new PpoOptions { Temperature = temperature }, seed: 1, step: 1);
        var (policy, critic) = (new ReferenceLlama(_trainer.Policy.Weights), new ReferenceLlama(_trainer.Critic.Weights));
        for (var i = 0; i < s_sequences.Length; i += 7)
        {
            var (ids, prompt) = s_sequences[i];
            var (logits, scores) = (policy.Outputs(ids), critic.Outputs(ids));
            Assert.Equal(ids.Length - prompt, logProbs[i].Length);
            for (var t = prompt; t < ids.Length; t++)
            {
                Assert.Equal(ReferenceLlama.LogProbs(logits[t - 1], temperature)[ids[t]], logProbs[i][t - prompt], 1e-5);
                Assert.Equal(scores[t - 1][0], values[i][t - prompt], 1e-5);
            }
        }
    }

    [Fact]
    public void Measure_AloneOrBesideOthers_GivesTheSameNumbers()
    {
        var options = new PpoOptions { Temperature = .7 };
        var (logProbs, values) = _trainer.Measure(s_sequences, options, seed: 1, step: 1);
        for (var i = 0; i < s_sequences.Length; i += 5)
        {
            var longest = s_sequences.MaxBy(sequence => sequence.TokenIds.Length)!;
            foreach (var company in new TokenSequence[][] { [s_sequences[i]], [s_sequences[i], longest], [.. s_sequences[i..].Reverse()] })
            {
                var (alone, value) = _trainer.Measure(company, options, seed: 1, step: 1);
                var at = Array.IndexOf(company, s_sequences[i]);
                for (var t = 0; t < alone[at].Length; t++)
                {
                    Assert.Equal(logProbs[i][t], alone[at][t], 1e-5);
                    Assert.Equal(values[i][t], value[at][t], 1e-5);
                }
            }
        }
    }

    [Fact]
    public void Measure_SampledCompletions_AgreesWithTheSampler()
    {
        using var decoder = new CpuDecoder(_workers);
        decoder.Load(_trainer.Policy.Weights);
        var requests = Some.Requests(Some.OddShape, 30);
        var completions = decoder.Generate(requests, Some.Options(temperature: .7));
        TokenSequence[] sequences = [
            .. requests.Zip(completions, (request, completion) => TokenSequence.Of(request.PromptIds, completion.TokenIds))];
        var (logProbs, _) = _trainer.Measure(sequences, new PpoOptions { Temperature = .7 }, seed: 1, step: 1);
        for (var i = 0; i < completions.Count; i++)
            for (var t = 0; t < logProbs[i].Length; t++) Assert.Equal(completions[i].LogProbs[t], logProbs[i][t], 3e-5);
    }

    [Theory]
    [InlineData(1, 1, 1), InlineData(1, 4, .7), InlineData(3, 2, 1.3)]
    public void Update_FirstMinibatch_IsExactlyTheOldPolicy(int epochs, int minibatches, double temperature)
    {
        var options = new PpoOptions { Epochs = epochs, Minibatches = minibatches, Temperature = temperature };
        for (var step = 1; step <= 2; step++)
        {
            var update = _trainer.Update(Example.Episodes(_trainer, s_sequences, options, step: step), options, 1e-3, seed: 1, step);
            var first = update.Minibatches[0].Numbers;
            Assert.Equal((0, 0, 0, 0), (first.MaxRatioError, first.ApproxKl, first.ClipFraction, first.ValueClipFraction));
            Assert.Equal(epochs * minibatches, update.Minibatches.Count);
            // the weights moved meanwhile
            Assert.All(update.Minibatches.Skip(1), minibatch => Assert.True(minibatch.Numbers.MaxRatioError > 1e-4));
        }
    }

    [Fact]
    public void Update_AnyMinibatch_HasTheNumbersThatFollowFromItsLog()
    {
        var options = new PpoOptions
        {
            Epochs = 2,
            Minibatches = 3,
            Aggregation = LossAggregation.SeqMeanTokenMean,
            DualClip = 1.5,
            Clip = .01,
            ValueClip = .01,
        };
        var episodes = Example.Episodes(_trainer, s_sequences);
        foreach (var minibatch in _trainer.Update(episodes, options, 1e-2, seed: 1, step: 1).Minibatches)
        {
            var numbers = minibatch.Numbers;
            Assert.Equal(numbers, PpoNumbers.Of(episodes, minibatch.SampleIndex, minibatch.NewLogProbs, minibatch.NewValues, options,
                numbers.Entropy, numbers.PolicyGradientNorm, numbers.CriticGradientNorm));
        }
    }

    [Fact]
    public void Update_EveryEpoch_VisitsEveryEpisodeOnceInAnOrderOfItsOwn()
    {
        int[][] Orders(ulong seed, int step)
        {
            using var trainer = New(Example.Policy(), Example.Critic());
            var update = trainer.Update(
                Example.Episodes(trainer, s_sequences), new PpoOptions { Epochs = 2, Minibatches = 4 }, 1e-3, seed, step);
            return [.. update.Minibatches.GroupBy(minibatch => minibatch.Epoch)
                .Select(epoch => epoch.SelectMany(minibatch => minibatch.SampleIndex).ToArray())];
        }
        int[][] orders = [.. Orders(1, 1), .. Orders(2, 1), .. Orders(1, 2)];
        Assert.All(orders, order => Assert.Equal(Enumerable.Range(0, 48), order.Order()));
        Assert.Equal(6, orders.Select(order => string.Join(' ', order)).Distinct().Count());
        Assert.Equal(orders[0], Orders(1, 1)[0]);
    }

    [Fact]
    public void Update_Entropy_IsTheMeanOverCompletionTokens()
    {
        var options = new PpoOptions { Epochs = 1, Temperature = .7 };
        var update = _trainer.Update(Example.Episodes(_trainer, s_sequences, options), options, 0, seed: 1, step: 1);
        var reference = new ReferenceLlama(_trainer.Policy.Weights);
        var entropies = s_sequences.SelectMany(sequence => reference.Outputs(sequence.TokenIds)[(sequence.PromptLength - 1)..^1])
            .Select(logits => -ReferenceLlama.LogProbs(logits, .7).Sum(logProb => Math.Exp(logProb) * logProb));
        Assert.Equal(entropies.Average(), update.Minibatches[0].Numbers.Entropy, 1e-5);
    }

    [Fact]
    public void Update_CriticsOwnRate_MovesTheCriticAlone()
    {
        (float[] Policy, float[] Critic) After(double? criticRate)
        {
            using var trainer = New(Example.Policy(), Example.Critic());
            trainer.Update(Example.Episodes(trainer, s_sequences), new PpoOptions { Epochs = 2 }, 1e-3, 1, 1, criticRate);
            return (trainer.Policy.Weights.Data, trainer.Critic.Weights.Data);
        }
        var (same, slow, none) = (After(null), After(1e-4), After(0));

        Assert.Equal(After(1e-3).Critic, same.Critic);
        Assert.Equal(same.Policy, slow.Policy);
        Assert.Equal(Example.Critic().Data, none.Critic);
        double Moved(float[] critic) => Math.Sqrt(critic.Zip(none.Critic, (a, b) => Math.Pow(a - b, 2)).Sum());
        Assert.InRange(Moved(slow.Critic) / Moved(same.Critic), 0.08, 0.12);    // a tenth of the rate, about a tenth of the way
    }

    /// <summary>
    /// What the recipe's reference says of rl.valueCoefficient: Adam
    /// divides a constant factor of the gradient out, but for its ε.
    /// </summary>
    [Fact]
    public void Update_ValueCoefficientTimesAThousand_MovesTheCriticNextToTheSame()
    {
        float[] Critic(double coefficient)
        {
            using var trainer = New(Example.Policy(), Example.Critic());
            trainer.Update(
                Example.Episodes(trainer, s_sequences), new PpoOptions { Epochs = 2, ValueCoefficient = coefficient }, 1e-3, 1, 1);
            return trainer.Critic.Weights.Data;
        }
        double Distance(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (x, y) => Math.Pow(x - y, 2)).Sum());
        var (start, small, large) = (Example.Critic().Data, Critic(0.1), Critic(100));

        Assert.InRange(Distance(small, large) / Distance(small, start), 0, 0.1); // Adam's ε is what is left of it
    }

    [Fact]
    public void Update_EpisodesThatDoNotDivide_IsRejected()
    {
        var error = Assert.Throws<ArgumentException>(() =>
            _trainer.Update(Example.Episodes(_trainer, s_sequences), new PpoOptions { Minibatches = 5 }, 1e-3, 1, 1));
        Assert.Contains("48", error.Message);
        Assert.Contains("5", error.Message);
    }

    [Theory]
    [InlineData(new[] { 1, 2 }, 0, "prompt length 0"), InlineData(new[] { 1, 37 }, 1, "token id 37")]
    [InlineData(new[] { 1, -1 }, 1, "token id -1")]
    public void Measure_InvalidSequence_SaysWhatIsWrong(int[] ids, int prompt, string part)
    {
        var error = Assert.Throws<ArgumentException>(() =>
            _trainer.Measure([new([1, 2], 1), new(ids, prompt)], new PpoOptions(), seed: 1, step: 1));
        Assert.Contains(part, error.Message);
        Assert.Contains("sequence 1", error.Message);
    }

    [Fact]
    public void Measure_SequenceLongerThanTheModel_IsRejected() =>
        Assert.Throws<ArgumentException>(() =>
            _trainer.Measure([new(Some.Tokens(Some.OddShape, 201, 0), 1)], new PpoOptions(), seed: 1, step: 1));

    /// <summary>What is not finite, and where it shows.</summary>
    public static TheoryData<string, string> Failures => new()
    {
        { "advantage", "policyGradient" },
        { "return", "criticGradient" },
        { "policy weight", "newLogProbs" },
        { "critic weight", "newValues" },
        { "advantage of the second minibatch", "policyGradient" }, // the update of the first must be taken back
    };

    [Theory, MemberData(nameof(Failures))]
    public void Update_SomethingNotFinite_NamesItAndChangesNothing(string what, string tensor)
    {
        var options = new PpoOptions { Epochs = 3, Minibatches = 2 };
        var good = Example.Episodes(_trainer, s_sequences);
        _trainer.Update(good, options, 1e-3, 1, 1); // so that the optimiser has a state to lose
        var episodes = good.ToArray();
        var order = Purpose.MinibatchOrder.Draws(1, 2, 0).Permutation(48);
        var at = order[what.EndsWith("second minibatch") ? 47 : 0];
        if (what.StartsWith("advantage")) episodes[at] = good[at] with { Advantages = [.. good[at].Advantages.Select(_ => float.NaN)] };
        if (what == "return") episodes[at] = good[at] with { Returns = [.. good[at].Returns.Select(_ => float.PositiveInfinity)] };
        if (what == "policy weight") Spoil(_trainer.Policy);
        if (what == "critic weight") Spoil(_trainer.Critic);
        var before = State();

        var update = _trainer.Update(episodes, options, 1e-3, 1, 2);

        Assert.Equal(tensor, update.NonFinite);
        Assert.Equal(what.EndsWith("second minibatch") ? 2 : 1, update.Minibatches.Count);
        Assert.Equal(before, State());
        if (what.EndsWith("weight")) return;
        // And the next step is the one that would have come without the failure.
        using var other = New(Example.Policy(), Example.Critic());
        other.Update(good, options, 1e-3, 1, 1);
        other.Update(good, options, 1e-3, 1, 3);
        Assert.Null(_trainer.Update(good, options, 1e-3, 1, 3).NonFinite);
        Assert.Equal(other.Policy.Weights.Data, _trainer.Policy.Weights.Data);
        Assert.Equal(other.Critic.Weights.Data, _trainer.Critic.Weights.Data);
    }

    [Fact]
    public void Update_OneTokenIsRewarded_IsSaidMoreOften()
    {
        var config = Some.Shape(hidden: 16, intermediate: 24, heads: 2, keyValueHeads: 2, vocabulary: 12);
        var policy = WeightInitialisation.LanguageModel(config, seed: 1);
        using var trainer = New(policy.Clone(), WeightInitialisation.RewardModel(policy, 0, seed: 1));
        using var decoder = new CpuDecoder(_workers);
        var rewards = Enumerable.Range(1, 25).Select(step =>
        {
            decoder.Load(trainer.Policy.Weights);
            var requests = Enumerable.Range(0, 48).Select(i => new SampleRequest([1, i % 12], (uint)step, (uint)i)).ToArray();
            var completions = decoder.Generate(requests, new SamplingOptions { MaxTokens = 6, EosTokenId = 2, Seed = 1 });
            var scores = completions.Select(completion => (double)completion.TokenIds.Count(id => id == 7)).ToArray();
            TokenSequence[] sequences = [
                .. requests.Zip(completions, (request, completion) => TokenSequence.Of(request.PromptIds, completion.TokenIds))];
            var (old, values) = trainer.Measure(sequences, new PpoOptions(), seed: 1, step);
            var numbers = EpisodeAdvantages.Compute([.. scores.Select((score, i) => new Episode(score, true, old[i], old[i], values[i]))],
                new RewardOptions { KlCoefficient = 0 });
            PpoEpisode[] episodes = [.. sequences.Select((sequence, i) => new PpoEpisode(sequence, old[i], values[i],
                Array.ConvertAll(numbers.Advantages[i], a => (float)a), Array.ConvertAll(numbers.Returns[i], r => (float)r)))];
            Assert.Null(trainer.Update(episodes, new PpoOptions(), 3e-3, 1, step).NonFinite);
            return scores.Average();
        }).ToArray();
        Assert.InRange(rewards[0], 0, 1);               // one token in twelve, of up to six
        Assert.True(rewards[^1] > 4, $"the reward is {rewards[^1]}");
    }

    /// <summary>Of libtorch, whose tensors are counted.</summary>
    protected void Update_ManySteps_KeepsNoTensorBehind()
    {
        using var workers = new ComputeWorkers(1);
        using var trainer = new PpoTrainer(Example.Policy(), Example.Critic(), new AdamOptions(), shards: 2, workers, _engine);
        long Live() => workers.Map(1, _ => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount)[0];
        void Step(int step) => trainer.Update(Example.Episodes(trainer, s_sequences), new PpoOptions { Epochs = 2 }, 1e-3, 1, step);
        Step(1);
        Step(2);
        var live = Live();
        for (var step = 3; step <= 20; step++) Step(step);
        Assert.Equal(live, Live());
    }

    static void Spoil(Learner learner)
    {
        learner.Weights.Data[^1] = float.NaN;
        learner.WeightsChanged();
    }

    int[] State() => [.. new[] { _trainer.Policy, _trainer.Critic }.SelectMany(learner =>
        learner.Weights.Data.Concat(learner.Optimizer.FirstMoment).Concat(learner.Optimizer.SecondMoment)
            .Select(BitConverter.SingleToInt32Bits).Append((int)learner.Optimizer.Updates))];
}

public sealed class TorchPpoTrainerTests() : PpoTrainerTests(TorchEngine.Cpu)
{
    [Fact]
    public void Update_ManySteps_KeepsNoTensor() => Update_ManySteps_KeepsNoTensorBehind();
}

public sealed class SimdPpoTrainerTests() : PpoTrainerTests(new SimdEngine());
