using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Tests.Sampling;

public sealed class CpuScorerTests : IDisposable
{
    /// <summary>
    /// float32 against float64: measured up to 6e-6 at C 128 with 4
    /// layers and 4e-6 at C 64 with 2, at the temperature of the test.
    /// </summary>
    const double Tolerance = 1.5e-5;
    readonly ComputeWorkers _workers = new(2);
    readonly CpuScorer _scorer;

    public CpuScorerTests() => _scorer = new CpuScorer(_workers);

    public void Dispose()
    {
        _scorer.Dispose();
        _workers.Dispose();
    }

    /// <summary>C, F, H, K, V, tied, layers.</summary>
    public static TheoryData<int, int, int, int, int, bool, int> Shapes => new()
    {
        { 64, 192, 4, 4, 210, false, 2 },  // Pocket: everything in whole vectors but V
        { 64, 172, 8, 4, 512, true, 2 },   // stories260K: head size 8
        { 128, 384, 4, 2, 256, false, 4 }, // head size 32
        { 24, 19, 4, 2, 37, false, 2 },    // head size 6
        { 40, 50, 2, 1, 33, true, 1 },     // head size 20: more than a vector, less than two
        { 80, 64, 5, 5, 40, false, 2 },    // five heads of a vector: four values at a time leave one over
        { 256, 64, 4, 2, 50, false, 1 },   // heads of four vectors, two to a key/value head
        { 2, 1, 1, 1, 3, false, 1 },       // the smallest there is
    };

    [Theory, MemberData(nameof(Shapes))]
    public void LogProbs_RandomWeights_AgreeWithTheReference(int c, int f, int h, int k, int v, bool tied, int layers)
    {
        var config = Some.Shape(c, f, h, k, v, tied, layers);
        var weights = Some.Weights(config);
        _scorer.Load(weights);
        var reference = new ReferenceLlama(weights);
        var sequences = Sequences(config);

        var actual = _scorer.LogProbs(sequences, temperature: .7);

        for (var i = 0; i < sequences.Length; i++)
        {
            var (ids, prompt) = sequences[i];
            var logits = reference.Outputs(ids);
            var expected = Enumerable.Range(prompt, ids.Length - prompt).Select(t => ReferenceLlama.LogProbs(logits[t - 1], .7)[ids[t]]);
            AssertClose(expected, actual[i]);
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Scores_RandomWeights_AgreeWithTheReference(int c, int f, int h, int k, int v, bool tied, int layers)
    {
        var config = Some.Shape(c, f, h, k, v, tied, layers);
        var weights = Some.Weights(config, HeadKind.Scalar);
        _scorer.Load(weights);
        var reference = new ReferenceLlama(weights);
        var sequences = Sequences(config);

        var scores = _scorer.Scores(sequences);

        for (var i = 0; i < sequences.Length; i++)
        {
            AssertClose([reference.Outputs(sequences[i].TokenIds)[^1][0]], [scores[i]]);
        }
    }

    [Theory]
    [InlineData(210)]
    [InlineData(5000)] // more than fits the stack
    public void LogProbs_TokensTheDecoderSampled_HaveTheDecodersBits(int vocabulary)
    {
        var config = Some.PocketShape with { VocabularySize = vocabulary };
        var weights = Some.Weights(config);
        using var decoder = new CpuDecoder(_workers);
        decoder.Load(weights);
        _scorer.Load(weights);
        var requests = Some.Requests(config, 40);

        var completions = decoder.Generate(requests, Some.Options(temperature: .7));
        var scored = _scorer.LogProbs(
            [.. requests.Zip(completions, (r, c) => new TokenSequence([.. r.PromptIds, .. c.TokenIds], r.PromptIds.Length))], .7);

        Assert.Equal(completions.Select(completion => completion.LogProbs), scored);
    }

    [Fact]
    public void AllScores_AnyBatchOrderAndThreads_HaveTheSameBits()
    {
        var (model, scalar) = (Some.Weights(Some.OddShape), Some.Weights(Some.OddShape, HeadKind.Scalar));
        var sequences = Sequences(Some.OddShape);
        var expected = sequences.Select(sequence => All(_scorer, model, scalar, [sequence])[0]).ToArray();
        using var single = new ComputeWorkers(1);
        using var other = new CpuScorer(single);

        foreach (var scorer in new[] { _scorer, other })
        {
            Assert.Equal(expected, All(scorer, model, scalar, sequences));
            Assert.Equal(expected.Reverse(), All(scorer, model, scalar, [.. sequences.Reverse()]));
        }
    }

    [Fact]
    public void LogProbs_SequenceLongerThanABatch_AgreesWithTheReference()
    {
        var config = Some.OddShape;
        var weights = Some.Weights(config);
        _scorer.Load(weights);
        var ids = Some.Tokens(config, config.MaxPositions, 1);

        var actual = _scorer.LogProbs([new TokenSequence(ids, 1)], 1)[0];

        var logits = new ReferenceLlama(weights).Outputs(ids);
        AssertClose(Enumerable.Range(1, ids.Length - 1).Select(t => ReferenceLlama.LogProbs(logits[t - 1], 1)[ids[t]]), actual);
    }

    [Fact]
    public void LogProbs_EmptyResponse_GiveAnEmptyArray()
    {
        TokenSequence[] sequences = [new([1, 2, 3], 3), new([1, 2, 3], 2)];
        _scorer.Load(Some.Weights(Some.OddShape));
        Assert.Equal([0, 1], _scorer.LogProbs(sequences, 1).Select(numbers => numbers.Length));
    }

    [Fact]
    public void AllScores_NoSequences_GiveNone()
    {
        _scorer.Load(Some.Weights(Some.OddShape, HeadKind.Scalar));
        Assert.Empty(_scorer.Scores([]));
    }

    [Fact]
    public void LogProbs_NonFiniteWeights_NamesTheLowestRequest()
    {
        var weights = Some.Weights(Some.OddShape);
        weights["model.norm.weight"][3] = float.PositiveInfinity;
        _scorer.Load(weights);
        var failure = Assert.Throws<NonFiniteLogitsException>(() => _scorer.LogProbs(Sequences(Some.OddShape), 1));
        Assert.Equal((0, 0), (failure.Request, failure.Position));
    }

    [Fact]
    public void Scores_NonFiniteWeights_AreNotFinite()
    {
        var weights = Some.Weights(Some.OddShape, HeadKind.Scalar);
        weights[ModelLayout.ScoreWeight][0] = float.NaN;
        _scorer.Load(weights);
        Assert.True(float.IsNaN(_scorer.Scores([new([1, 2], 1)])[0]));
    }

    [Theory]
    [InlineData(new int[0], 1, "empty")]
    [InlineData(new[] { 1, 37 }, 1, "token id 37")]
    [InlineData(new[] { 1, -1 }, 1, "token id -1")]
    [InlineData(new[] { 1, 2 }, 0, "prompt length 0")]
    [InlineData(new[] { 1, 2 }, 3, "prompt length 3")]
    public void LogProbs_InvalidSequence_SaysWhatIsWrong(int[] ids, int prompt, string part)
    {
        _scorer.Load(Some.Weights(Some.OddShape));
        var error = Assert.Throws<ArgumentException>(() => _scorer.LogProbs([new([1, 2], 1), new(ids, prompt)], 1));
        Assert.Contains("sequence 1", error.Message);
        Assert.Contains(part, error.Message);
    }

    [Fact]
    public void LogProbs_SequenceLongerThanTheModel_IsRejected()
    {
        _scorer.Load(Some.Weights(Some.OddShape));
        Assert.Throws<ArgumentException>(() => _scorer.LogProbs([new(Some.Tokens(Some.OddShape, 201, 0), 1)], 1));
    }

    [Fact]
    public void AllScores_WrongHead_AreRejected()
    {
        _scorer.Load(Some.Weights(Some.OddShape));
        Assert.Throws<InvalidOperationException>(() => _scorer.Scores([]));
        _scorer.Load(Some.Weights(Some.OddShape, HeadKind.Scalar));
        Assert.Throws<InvalidOperationException>(() => _scorer.LogProbs([], 1));
    }

    [Fact]
    public void Load_OtherShapeThenFirstShape_GivesTheFirstNumbers()
    {
        var weights = Some.Weights(Some.OddShape);
        var sequences = Sequences(Some.OddShape);
        _scorer.Load(weights);
        var first = _scorer.LogProbs(sequences, 1);
        _scorer.Load(Some.Weights(Some.PocketShape));
        _scorer.Load(weights);
        Assert.Equal(first, _scorer.LogProbs(sequences, 1));
    }

    static float[][] All(CpuScorer scorer, ModelWeights model, ModelWeights scalar, TokenSequence[] sequences)
    {
        scorer.Load(model);
        var logProbs = scorer.LogProbs(sequences, 1);
        scorer.Load(scalar);
        var scores = scorer.Scores(sequences);
        return [.. sequences.Select((_, i) => (float[])[.. logProbs[i], scores[i]])];
    }

    /// <summary>Lengths 2 to 45; together many batches.</summary>
    static TokenSequence[] Sequences(LlamaConfig config) =>
        [.. Enumerable.Range(0, 23).Select(i => new TokenSequence(Some.Tokens(config, 2 + i * 11 % 44, i), 1 + i % 2))];

    static void AssertClose(IEnumerable<double> expected, float[] actual)
    {
        var wanted = expected.ToArray();
        Assert.Equal(wanted.Length, actual.Length);
        for (var i = 0; i < wanted.Length; i++)
            Assert.True(Math.Abs(wanted[i] - actual[i]) < Tolerance, $"number {i} is {actual[i]}, the reference says {wanted[i]}");
    }
}
