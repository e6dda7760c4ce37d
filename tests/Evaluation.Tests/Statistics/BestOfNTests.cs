using ActorRlhf.Evaluation.Randomness;
using ActorRlhf.Evaluation.Statistics;

namespace ActorRlhf.Evaluation.Tests.Statistics;

public class BestOfNTests
{
    // A bandit whose best-of-n is known in closed form: P(best = i) = F(i)ⁿ − F(i − 1)ⁿ with F the cumulative base policy.
    static readonly double[] Base = [.3, .25, .2, .15, .099, .001];
    static readonly double[] Proxy = [0, .5, 1, 1.5, 2, 4];
    static readonly double[] Gold = [0, .6, 1.1, 1.4, 1, -3];

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, .193147)]
    [InlineData(4, .636294)]
    [InlineData(8, 1.204442)]
    [InlineData(16, 1.835089)]
    [InlineData(64, 3.174508)]
    [InlineData(256, 4.549084)]
    [InlineData(1024, 5.932448)]
    public void KlBound_KnownN_IsLogNMinusTheRest(int n, double nats) => Assert.Equal(nats, BestOfN.KlBound(n), 5e-7);

    [Theory]
    [InlineData(2, .171219)]
    [InlineData(4, .608065)]
    [InlineData(8, 1.151686)]
    [InlineData(64, 2.355601)]
    [InlineData(1024, 4.605414)]
    public void KlBound_DiscreteOutcomes_IsAboveTheExactDivergence(int n, double exact)
    {
        Assert.Equal(exact, Best(n).Zip(Base, (best, before) => best > 0 ? best * Math.Log(best / before) : 0).Sum(), 5e-7);
        Assert.True(exact < BestOfN.KlBound(n));
    }

    [Theory]
    [InlineData(1, .5)]
    [InlineData(2, 0)]
    [InlineData(3, -.25)]
    [InlineData(4, 0)]
    public void Estimate_FourSamples_AveragesOverSubsets(int n, double gold) =>
        Assert.Equal(gold, BestOfN.Estimate([.1, .5, .3, .9], [1, -1, 2, 0], n).Gold, 1e-12);

    [Fact]
    public void Estimate_EqualProxies_ShareTheChance()
    {
        // Pairs of (1, a) (1, b) (0, c): {a, b} → (a + b)/2, {a, c} → a, {b, c} → b; on average (a + b)/2.
        var (proxy, gold) = BestOfN.Estimate([1, 1, 0], [4, 8, 100], 2);
        Assert.Equal(1, proxy, 1e-12);
        Assert.Equal(6, gold, 1e-12);
    }

    [Theory]
    [InlineData(1, 3, .752, .676)]
    [InlineData(2, 2, 1.121498, .942004)]
    [InlineData(2, 5, 1.121498, .942004)]
    [InlineData(4, 6, 1.471932, 1.100929)]
    [InlineData(8, 8, 1.746435, 1.106039)]
    [InlineData(8, 9, 1.746435, 1.106039)]
    public void Estimate_OverEveryPossibleSample_IsUnbiased(int n, int samples, double proxy, double gold)
    {
        // The expectation, exactly: every way to draw the samples, weighted by its multinomial probability.
        double expectedProxy = 0, expectedGold = 0;
        foreach (var (actions, probability) in EveryDraw(samples))
        {
            var (oneProxy, oneGold) = BestOfN.Estimate([.. actions.Select(a => Proxy[a])], [.. actions.Select(a => Gold[a])], n);
            expectedProxy += probability * oneProxy;
            expectedGold += probability * oneGold;
        }
        Assert.Equal(proxy, expectedProxy, 5e-7);
        Assert.Equal(gold, expectedGold, 5e-7);
    }

    [Theory]
    [InlineData(1, .752, .676)]
    [InlineData(2, 1.121498, .942004)]
    [InlineData(4, 1.471932, 1.100929)]
    [InlineData(8, 1.746435, 1.106039)]
    [InlineData(64, 2.123461, .752371)]
    [InlineData(1024, 3.282057, -1.564114)]
    public void Estimate_ManyPhiloxSamples_ReproducesTheClosedForm(int n, double proxy, double gold)
    {
        var (sampledProxy, sampledGold) = BestOfN.Estimate(Samples.Proxy, Samples.Gold, n);
        // The rare action 5 decides: its share .001 has standard error √(.001/200000), and gold moves by n·F(4)ⁿ⁻¹·4 times that
        // (5 is worth −3, its rival 1); four of those, and .02 for the common actions, whose standard errors are near .002.
        var tolerance = .02 + 4 * n * Math.Pow(.999, n - 1) * 4 * Math.Sqrt(.001 / 200_000);
        Assert.Equal(proxy, sampledProxy, tolerance);
        Assert.Equal(gold, sampledGold, tolerance);
    }

    [Fact]
    public void Estimate_SameSamplesInAnotherOrder_IsTheSame()
    {
        var order = Some.Draws().Permutation(5);
        double[] proxy = [3, 1, 2, 2, 5], gold = [1, 2, 3, 4, 5];
        var (shuffledProxy, shuffledGold) = BestOfN.Estimate([.. order.Select(i => proxy[i])], [.. order.Select(i => gold[i])], 3);
        Assert.Equal(BestOfN.Estimate(proxy, gold, 3).Proxy, shuffledProxy, 1e-12);
        Assert.Equal(BestOfN.Estimate(proxy, gold, 3).Gold, shuffledGold, 1e-12);
    }

    [Theory]
    [InlineData(new double[] { 1, 2 }, new double[] { 1 }, 1)]
    [InlineData(new double[] { 1, 2 }, new double[] { 1, 2 }, 3)]
    [InlineData(new double[] { 1, double.NaN }, new double[] { 1, 2 }, 1)]
    public void Estimate_SamplesThatDoNotFit_Throws(double[] proxy, double[] gold, int n) =>
        Assert.Throws<ArgumentException>(() => BestOfN.Estimate(proxy, gold, n));

    [Fact]
    public void Estimate_NNotPositive_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => BestOfN.Estimate([1], [1], 0));

    static readonly (double[] Proxy, double[] Gold) Samples = Draw(200_000);

    static (double[] Proxy, double[] Gold) Draw(int count)
    {
        var draws = new PhiloxStream(seed: 1, purpose: 15);
        var actions = Enumerable.Range(0, count).Select(_ => Action(draws.Uniform())).ToArray();
        return ([.. actions.Select(a => Proxy[a])], [.. actions.Select(a => Gold[a])]);
    }

    static int Action(double uniform)
    {
        var action = 0;
        for (var sum = Base[0]; sum <= uniform && action < Base.Length - 1; sum += Base[action]) action++;
        return action;
    }

    static IEnumerable<double> Best(int n)
    {
        double before = 0;
        foreach (var probability in Base)
        {
            yield return Math.Pow(before + probability, n) - Math.Pow(before, n);
            before += probability;
        }
    }

    /// <summary>Every multiset of actions with its probability under the base policy.</summary>
    static IEnumerable<(int[] Actions, double Probability)> EveryDraw(int samples, int firstAction = 0)
    {
        if (firstAction == Base.Length - 1)
        {
            yield return ([.. Enumerable.Repeat(firstAction, samples)], Math.Pow(Base[firstAction], samples));
            yield break;
        }
        var ways = 1.0; // C(samples, count)
        for (var count = 0; count <= samples; count++)
        {
            foreach (var (rest, probability) in EveryDraw(samples - count, firstAction + 1))
                yield return ([.. Enumerable.Repeat(firstAction, count), .. rest], ways * Math.Pow(Base[firstAction], count) * probability);
            ways = ways * (samples - count) / (count + 1);
        }
    }
}
