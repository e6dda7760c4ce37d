using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Sampling;

namespace ActorRlhf.Models.Tests.Sampling;

public sealed class TokenChooserTests
{
    static readonly SamplingOptions Plain = new() { MaxTokens = 1, EosTokenId = -1, Seed = 5, Purpose = Purpose.RolloutSampling };

    /// <summary>Log of .05, .4, .05, .3, .2: not in the order of ids.</summary>
    static readonly float[] Five = [MathF.Log(.05f), MathF.Log(.4f), MathF.Log(.05f), MathF.Log(.3f), MathF.Log(.2f)];

    [Fact]
    public void Choose_ManyDraws_FollowTheDistribution()
    {
        // 40 tokens, p proportional to exp(-i / 10); chi-square with 39 degrees of freedom: 95% of seeds lie in 23.7 to 58.1.
        float[] logits = [.. Enumerable.Range(0, 40).Select(i => -i / 10f)];
        const int Draws = 100_000;
        var counts = new int[40];
        for (var sample = 0; sample < Draws; sample++) counts[Choose(logits, Plain, sample)]++;

        var total = logits.Sum(logit => Math.Exp(logit));
        var chiSquare = logits.Select((logit, i) => (counts[i] - Draws * Math.Exp(logit) / total, Draws * Math.Exp(logit) / total))
            .Sum(d => d.Item1 * d.Item1 / d.Item2);
        Assert.InRange(chiSquare, 23.7, 58.1);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(.7)]
    [InlineData(2.5)]
    public void Choose_AnyDraw_TakesTheSmallestIdWhoseSumExceedsIt(double temperature)
    {
        float[] logits = [.. Enumerable.Range(0, 21).Select(i => MathF.Sin(i * 1.7f) * 3)]; // 16 + 5: a whole vector and a rest
        var options = Plain with { Temperature = temperature };
        for (uint sample = 0; sample < 200; sample++)
        {
            double[] weights = [.. logits.Select(logit => Math.Exp(logit / temperature))];
            var draw = Purpose.RolloutSampling.Uniform(5, 9, sample, 4) * weights.Sum();
            var (expected, sum) = (0, weights[0]);
            while (sum <= draw) sum += weights[++expected];

            var (token, logProb) = TokenChooser.Choose(logits, options, new SampleRequest([1], 9, sample), 0, 4);

            Assert.Equal(expected, token);
            Assert.Equal(Math.Log(weights[token] / weights.Sum()), logProb, 1e-6);
        }
    }

    [Fact]
    public void Choose_RowsBeyondTheVocabulary_AreNeverChosenButCountInLogProbs()
    {
        var options = Plain with { VocabularySize = 3 }; // of Five: .05, .4 and .05 are left
        var tokens = Drawn(Five, options);
        Assert.Equal([0, 1, 2], tokens.Keys.Order());
        Assert.InRange(tokens[1] / 2000.0, .8 - .027, .8 + .027); // .4 / .5, three standard errors of .009
        var (token, logProb) = TokenChooser.Choose(Five, options, new SampleRequest([1], 0, 0), 0, 0);
        Assert.Equal(Five[token], logProb, 1e-6f);
        var greedy = TokenChooser.Choose(Five, options with { Greedy = true, VocabularySize = 1 }, new SampleRequest([1], 0, 0), 0, 0);
        Assert.Equal(0, greedy.Token);
        Assert.Equal(MathF.Log(.05f), greedy.LogProb, 1e-6f);
        Assert.Equal([0, 1], Drawn(Five, options with { TopK = 2 }).Keys.Order()); // the smaller id of the two with .05
    }

    [Fact]
    public void Choose_LargeLogitBeyondTheVocabulary_DoesNotMakeTheOthersVanish()
    {
        float[] logits = [-200, -201, 0]; // exp(-200) is 0 in float32
        Assert.Equal([0, 1], Drawn(logits, Plain with { VocabularySize = 2 }).Keys.Order());
        var greedy = Plain with { VocabularySize = 2, Greedy = true };
        Assert.Equal((0, -200f), TokenChooser.Choose(logits, greedy, new SampleRequest([1], 0, 0), 0, 0));
    }

    [Fact]
    public void Choose_TopK_KeepsTheMostLikelyAndTheirLogProbs()
    {
        var options = Plain with { TopK = 2 };
        var tokens = Drawn(Five, options);
        Assert.Equal([1, 3], tokens.Keys.Order());
        Assert.InRange(tokens[1] / 2000.0, .571 - .035, .571 + .035); // .4 / .7, three standard errors of .011
        var (token, logProb) = TokenChooser.Choose(Five, options, new SampleRequest([1], 0, 0), 0, 0);
        Assert.Equal(Five[token], logProb, 1e-6f); // before the filter, not renormalised
    }

    [Fact]
    public void Choose_TopKWithATie_KeepsTheSmallerId() => Assert.Equal([0, 1, 3, 4], Drawn(Five, Plain with { TopK = 4 }).Keys.Order());

    [Fact]
    public void Choose_TopKWithATieOfZeros_KeepsTheSmallerId() => Assert.Equal([0], Drawn([-0f, 0f, -1f], Plain with { TopK = 1 }).Keys);

    [Fact]
    public void Choose_TopKBeyondTheVocabulary_KeepsAll() => Assert.Equal(5, Drawn(Five, Plain with { TopK = 99 }).Count);

    [Theory]
    [InlineData(.39, new[] { 1 })]
    [InlineData(.41, new[] { 1, 3 })]
    [InlineData(.69, new[] { 1, 3 })]
    [InlineData(.71, new[] { 1, 3, 4 })]
    [InlineData(.91, new[] { 0, 1, 3, 4 })]
    [InlineData(1e-9, new[] { 1 })]
    public void Choose_TopP_KeepsTheFewestThatReachIt(double p, int[] kept) =>
        Assert.Equal(kept, Drawn(Five, Plain with { TopP = p }).Keys.Order());

    [Fact]
    public void Choose_TopKAndTopP_TakesTheShareOfTheTopK() => // of .4, .3, .2 the first two are 7/9
        Assert.Equal([1, 3], Drawn(Five, Plain with { TopK = 3, TopP = .77 }).Keys.Order());

    [Fact]
    public void Choose_Greedy_TakesTheFirstOfTheLargest()
    {
        var (token, logProb) = TokenChooser.Choose(
            [0, 2, 2, -1], Plain with { Greedy = true, Temperature = .5 }, new SampleRequest([1], 0, 0), 0, 0);
        Assert.Equal(1, token);
        Assert.Equal(-Math.Log(2 + Math.Exp(-4) + Math.Exp(-6)), logProb, 1e-6);
    }

    [Fact]
    public void Choose_OneToken_HasLogProbZero() =>
        Assert.Equal((0, 0f), TokenChooser.Choose([3.5f], Plain, new SampleRequest([1], 0, 0), 0, 0));

    [Fact]
    public void Choose_HugeLogits_StayFinite()
    {
        var (token, logProb) = TokenChooser.Choose([-3e38f, 3e38f, 0], Plain, new SampleRequest([1], 0, 0), 0, 0);
        Assert.Equal((1, 0f), (token, logProb));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Choose_NonFiniteLogit_NamesRequestAndPosition(float bad)
    {
        for (var place = 0; place < 21; place++) // in the whole vector and in the rest
        {
            var logits = new float[21];
            logits[place] = bad;
            var failure = Assert.Throws<NonFiniteLogitsException>(() =>
                TokenChooser.Choose(logits, Plain, new SampleRequest([1], 0, 0), 3, 8));
            Assert.Equal((3, 8), (failure.Request, failure.Position));
            Assert.Throws<NonFiniteLogitsException>(() => TokenChooser.LogProb(logits, 0, 1, 3, 8));
        }
    }

    [Theory]
    [InlineData(21)]
    [InlineData(2048)]
    [InlineData(5001)]
    public void LogProb_ChosenToken_HasTheBitsOfChoose(int vocabulary)
    {
        float[] logits = [.. Enumerable.Range(0, vocabulary).Select(i => MathF.Sin(i * 1.7f) * 3)];
        var warm = Plain with { Temperature = .7 };
        foreach (var options in new[] { warm, warm with { TopK = 3 }, warm with { Greedy = true } })
        {
            var (token, logProb) = TokenChooser.Choose(logits, options, new SampleRequest([1], 0, 0), 0, 0);
            Assert.Equal(logProb, TokenChooser.LogProb(logits, token, .7, 0, 0));
        }
    }

    [Theory]
    [InlineData(-.1f)]
    [InlineData(-1f)]
    [InlineData(-5.3f)]
    [InlineData(-14f)]
    public void LogProb_OfTwoTokens_HasTheRelativeAccuracyOfFloat32(float difference)
    {
        // The log-prob of the likely one is -log(1 + e^x): as accurate as the exponential.
        var expected = -Math.Log(1 + Math.Exp(difference));
        Assert.Equal(1, TokenChooser.LogProb([0, difference], 0, 1, 0, 0) / expected, 3e-7);
    }

    [Fact]
    public void LogProb_UnlikelyTokens_StayExact() =>
        Assert.Equal([0, -87, -1000, -3e38f],
            Enumerable.Range(0, 4).Select(token => TokenChooser.LogProb([0, -87, -1000, -3e38f], token, 1, 0, 0)));

    /// <summary>How often each token came in 2000 draws.</summary>
    static Dictionary<int, int> Drawn(float[] logits, SamplingOptions options) =>
        Enumerable.Range(0, 2000).Select(sample => Choose(logits, options, sample)).CountBy(token => token).ToDictionary();

    static int Choose(float[] logits, SamplingOptions options, int sample) =>
        TokenChooser.Choose(logits, options, new SampleRequest([1], 0, (uint)sample), 0, 0).Token;
}
