using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Engines.Torch;
using ActorRlhf.Models.Numerics;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Training;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Tests.Training;

/// <summary>The whole loop (sampler, reference, rewards, advantages, PPO, best-of-n) against a closed form.</summary>
[Trait("Category", "Integration")]
public abstract class BanditOracleTests : IDisposable
{
    readonly ComputeWorkers _workers = new(2);
    readonly IEngine _engine;
    readonly CpuDecoder _sampler;

    protected BanditOracleTests(IEngine engine) => (_engine, _sampler) = (engine, new CpuDecoder(_workers));

    public void Dispose()
    {
        _sampler.Dispose();
        _workers.Dispose();
    }

    [Fact]
    public void Policy_Untrained_IsTheStart()
    {
        var (answers, others) = Bandit.Distribution(Bandit.Policy());
        for (var i = 0; i < 6; i++) Assert.Equal(Bandit.Start[i], answers[i], 1e-6);
        Assert.InRange(others, 0, 1e-12);
        Assert.Equal(.752, Bandit.Mean(Bandit.Start, Bandit.Proxy), 1e-9);
        Assert.Equal(.676, Bandit.Mean(Bandit.Start, Bandit.Gold), 1e-9);
    }

    [Theory]
    [InlineData(1, .268742, 1.267241, .867365, 1)]
    [InlineData(.7, .613110, 1.548850, .773354, 2)]
    public void Ppo_KlPenalty_ConvergesToTheClosedForm(double beta, double kl, double proxy, double gold, ulong seed)
    {
        var (answers, others) = Bandit.Distribution(Train(beta, seed));
        Assert.InRange(others, 0, 1e-6);
        // Seeds differ by up to .005: what is left is the last learning rates' noise.
        AssertNear(kl, Bandit.Kl(answers), .01);
        AssertNear(proxy, Bandit.Mean(answers, Bandit.Proxy), .01);
        AssertNear(gold, Bandit.Mean(answers, Bandit.Gold), .01);
    }

    [Fact]
    public void BestOfN_RealSamples_GivesTheClosedForm()
    {
        const int Parts = 20, PerPart = 20_000;
        _sampler.Load(Bandit.Policy());
        var options = new SamplingOptions { MaxTokens = 1, EosTokenId = 2, Seed = 5, Purpose = Purpose.BestOfN };
        int[] answers = [.. Enumerable.Range(0, Parts).SelectMany(part => _sampler
            .Generate([.. Enumerable.Range(0, PerPart).Select(i => new SampleRequest(Bandit.Prompt, (uint)part, (uint)i))], options)
            .Select(completion => Bandit.Answer(completion.TokenIds[0])))];
        double[] Of(Func<int, double> value) => Array.ConvertAll(answers, answer => value(answer));
        var (proxies, golds) = (Of(answer => Bandit.Proxy[answer]), Of(answer => Bandit.Gold[answer]));

        // Of 400,000 samples 400 are the rarest answer, ± 20. With n = 1024 it is chosen with probability
        // 1 − .999ⁿ = .64, which these ± 5% move by .018, and the scores by 2 and 4 times that.
        foreach (var (n, kl, proxy, gold, tolerance) in new[]
        {
            (1, 0, .752, .676, .01), (2, .171219, 1.121498, .942004, .01),
            (4, .608065, 1.471932, 1.100929, .01), (8, 1.151686, 1.746435, 1.106039, .01),
            (64, 2.355601, 2.123461, .752371, .03), (1024, 4.605414, 3.282057, -1.564114, .15),
        })
        {
            // Gold scores that are 1 for one answer make the estimator give the probability that best-of-n chooses it.
            double[] chosen = [.. Enumerable.Range(0, 6).Select(answer => BestOfN.Estimate(proxies, Of(a => a == answer ? 1 : 0), n).Gold)];
            var estimate = BestOfN.Estimate(proxies, golds, n);
            Assert.Equal(1, chosen.Sum(), 1e-9);
            AssertNear(kl, Bandit.Kl(chosen), tolerance);
            AssertNear(proxy, estimate.Proxy, tolerance);
            AssertNear(gold, estimate.Gold, tolerance);
            Assert.True(Bandit.Kl(chosen) <= BestOfN.KlBound(n) + 0.01);
        }
    }

    /// <summary>A one-token episode counts as ended: its token is the last one there is.</summary>
    ModelWeights Train(double beta, ulong seed)
    {
        const int Steps = 80, Episodes = 256;
        const double LearningRate = 1e-3;
        using var trainer = new PpoTrainer(
            Bandit.Policy(), Bandit.Critic(), new AdamOptions(Epsilon: 1e-5), shards: 2, _workers, _engine);
        using var reference = new CpuScorer(_workers);
        reference.Load(Bandit.Policy());
        var options = new PpoOptions { Epochs = 2, Minibatches = 2 };
        var sampling = new SamplingOptions { MaxTokens = 1, EosTokenId = 2, Seed = seed, Purpose = Purpose.RolloutSampling };
        for (var step = 1; step <= Steps; step++)
        {
            _sampler.Load(trainer.Policy.Weights);
            var completions = _sampler.Generate(
                [.. Enumerable.Range(0, Episodes).Select(i => new SampleRequest(Bandit.Prompt, (uint)step, (uint)i))], sampling);
            TokenSequence[] sequences = [.. completions.Select(completion => TokenSequence.Of(Bandit.Prompt, completion.TokenIds))];
            var (old, values) = trainer.Measure(sequences, options, seed, step);
            var refLogProbs = reference.LogProbs(sequences, 1);
            var numbers = EpisodeAdvantages.Compute(
                [.. completions.Select((completion, i) =>
                    new Episode(Bandit.Proxy[Bandit.Answer(completion.TokenIds[0])], true, old[i], refLogProbs[i], values[i]))],
                new RewardOptions { KlCoefficient = beta });
            PpoEpisode[] episodes = [.. sequences.Select((sequence, i) => new PpoEpisode(sequence, old[i], values[i],
                Array.ConvertAll(numbers.Advantages[i], a => (float)a), Array.ConvertAll(numbers.Returns[i], r => (float)r)))];
            Assert.Null(
                trainer.Update(episodes, options, LearningRates.Linear(LearningRate, step - 1, Steps, final: 0), seed, step).NonFinite);
        }
        return trainer.Policy.Weights;
    }

    static void AssertNear(double expected, double actual, double tolerance) =>
        Assert.True(Math.Abs(actual - expected) <= tolerance, $"{actual} is further than {tolerance} from {expected}");
}

public sealed class TorchBanditOracleTests() : BanditOracleTests(TorchEngine.Cpu);

public sealed class SimdBanditOracleTests() : BanditOracleTests(new SimdEngine());
