using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Tests.Sampling;

public sealed class CpuDecoderTests : IDisposable
{
    readonly ComputeWorkers _workers = new(2);
    readonly CpuDecoder _decoder;

    public CpuDecoderTests() => _decoder = new CpuDecoder(_workers);

    public void Dispose()
    {
        _decoder.Dispose();
        _workers.Dispose();
    }

    [Fact]
    public void Generate_AnyBatchOrderAndThreads_HasTheSameBits()
    {
        var weights = Some.Weights(Some.OddShape);
        var requests = Some.Requests(Some.OddShape, 64);
        using var single = new ComputeWorkers(1);
        using var other = new CpuDecoder(single);
        _decoder.Load(weights);
        other.Load(weights);
        var expected = requests.Select(request => Print(other.Generate([request], Some.Options())[0])).ToArray();

        foreach (var decoder in new[] { _decoder, other })
        {
            Assert.Equal(expected, decoder.Generate(requests, Some.Options()).Select(Print));
            Assert.Equal(expected.Reverse(), decoder.Generate([.. requests.Reverse()], Some.Options()).Select(Print));
            for (var first = 0; first < 63; first += 7)
                Assert.Equal(expected[first..(first + 7)], decoder.Generate(requests[first..(first + 7)], Some.Options()).Select(Print));
        }
    }

    [Fact]
    public void Generate_Twice_ReusesMemoryWithoutATrace()
    {
        _decoder.Load(Some.Weights(Some.OddShape));
        var expected = _decoder.Generate(Some.Requests(Some.OddShape, 3), Some.Options()).Select(Print).ToArray();
        _decoder.Generate(Some.Requests(Some.OddShape, 70), Some.Options(maxTokens: 150));
        Assert.Equal(expected, _decoder.Generate(Some.Requests(Some.OddShape, 3), Some.Options()).Select(Print));
    }

    [Fact]
    public void Generate_Greedy_TakesTheReferencesTokens()
    {
        var weights = Some.Weights(Some.OddShape);
        _decoder.Load(weights);
        var prompt = Some.Tokens(Some.OddShape, 5, 0);

        var completion = _decoder.Generate([new(prompt, 0, 0)], Some.Options(maxTokens: 12) with { Greedy = true, EosTokenId = -1 })[0];

        var reference = new ReferenceLlama(weights);
        var ids = prompt.ToList();
        for (var i = 0; i < 12; i++)
        {
            var logits = reference.Outputs([.. ids])[^1];
            ids.Add(Array.IndexOf(logits, logits.Max()));
            Assert.Equal(ReferenceLlama.LogProbs(logits, 1)[ids[^1]], completion.LogProbs[i], 1e-5);
        }
        Assert.Equal(ids[5..], completion.TokenIds);
    }

    [Fact]
    public void Generate_EosSampled_EndsWithIt()
    {
        _decoder.Load(Some.Weights(Some.OddShape));
        var completions = _decoder.Generate(Some.Requests(Some.OddShape, 50), Some.Options(maxTokens: 30));

        var ended = completions.Where(completion => completion.StopReason is StopReason.Eos).ToArray();
        Assert.InRange(ended.Length, 1, 49);
        Assert.All(ended, completion => Assert.Equal(completion.TokenIds.Length - 1, Array.IndexOf(completion.TokenIds, 2)));
        Assert.All(completions.Except(ended), completion =>
        {
            Assert.Equal(StopReason.Length, completion.StopReason);
            Assert.Equal(30, completion.TokenIds.Length);
            Assert.DoesNotContain(2, completion.TokenIds);
        });
        Assert.All(completions, completion => Assert.Equal(completion.TokenIds.Length, completion.LogProbs.Length));
    }

    [Fact]
    public void Generate_LastPositionReached_Stops()
    {
        _decoder.Load(Some.Weights(Some.OddShape)); // 200 positions
        var completions = _decoder.Generate(
            [new(Some.Tokens(Some.OddShape, 199, 0), 0, 0), new(Some.Tokens(Some.OddShape, 190, 1), 0, 1)],
            Some.Options(maxTokens: 30) with { EosTokenId = -1 });
        Assert.Equal([1, 10], completions.Select(completion => completion.TokenIds.Length));
        Assert.All(completions, completion => Assert.Equal(StopReason.Length, completion.StopReason));
    }

    [Fact]
    public void Generate_SeedStepSampleAndPurpose_EachChangeTheTokens()
    {
        _decoder.Load(Some.Weights(Some.OddShape));
        var options = Some.Options() with { EosTokenId = -1 };
        var prompt = Some.Tokens(Some.OddShape, 5, 0);
        string[] completions =
        [
            Print(_decoder.Generate([new(prompt, 0, 0)], options)[0]),
            Print(_decoder.Generate([new(prompt, 1, 0)], options)[0]),
            Print(_decoder.Generate([new(prompt, 0, 1)], options)[0]),
            Print(_decoder.Generate([new(prompt, 0, 0)], options with { Seed = 12 })[0]),
            Print(_decoder.Generate([new(prompt, 0, 0)], options with { Purpose = Purpose.BestOfN })[0]),
        ];
        Assert.Equal(5, completions.Distinct().Count());
    }

    [Fact]
    public void Generate_NoRequests_GivesNone()
    {
        _decoder.Load(Some.Weights(Some.OddShape));
        Assert.Empty(_decoder.Generate([], Some.Options()));
    }

    [Theory]
    [InlineData(new int[0], "empty")]
    [InlineData(new[] { 1, 37 }, "token id 37")]
    [InlineData(new[] { -1 }, "token id -1")]
    public void Generate_InvalidPrompt_SaysWhatIsWrong(int[] prompt, string part)
    {
        _decoder.Load(Some.Weights(Some.OddShape));
        var error = Assert.Throws<ArgumentException>(() => _decoder.Generate([new([1], 0, 0), new(prompt, 0, 1)], Some.Options()));
        Assert.Contains(part, error.Message);
        Assert.Contains("1", error.Message);
    }

    [Fact]
    public void Generate_PromptFillsTheModel_IsRejected()
    {
        _decoder.Load(Some.Weights(Some.OddShape));
        Assert.Throws<ArgumentException>(() => _decoder.Generate([new(Some.Tokens(Some.OddShape, 200, 0), 0, 0)], Some.Options()));
    }

    public static TheoryData<SamplingOptions> InvalidOptions => new(
        Some.Options(maxTokens: 0), Some.Options(temperature: 0), Some.Options(temperature: double.NaN), Some.Options(temperature: 1e-40),
        Some.Options() with { TopK = -1 }, Some.Options() with { TopP = 0 }, Some.Options() with { TopP = 1.1 });

    [Theory, MemberData(nameof(InvalidOptions))]
    public void Generate_InvalidOption_IsRejected(SamplingOptions options)
    {
        _decoder.Load(Some.Weights(Some.OddShape));
        Assert.Throws<ArgumentException>(() => _decoder.Generate([new([1], 0, 0)], options));
    }

    [Fact]
    public void Generate_NonFiniteWeightOfOneToken_NamesTheLowestRequestThatMeetsIt()
    {
        var weights = Some.Weights(Some.OddShape);
        weights[ModelLayout.Embedding][5 * 24] = float.NaN; // token 5
        _decoder.Load(weights);
        SampleRequest[] requests = [.. Enumerable.Range(0, 40).Select(i => new SampleRequest([i % 10 == 7 ? 5 : 1], 0, (uint)i))];

        var failure = Assert.Throws<NonFiniteLogitsException>(() => _decoder.Generate(requests, Some.Options(maxTokens: 1)));

        Assert.Equal((7, 0), (failure.Request, failure.Position));
        // And leaves nothing behind in the memory that the next call uses.
        Assert.Equal(36, _decoder.Generate([.. requests.Where(request => request.PromptIds[0] == 1)], Some.Options(maxTokens: 1)).Count);
    }

    [Fact]
    public void Generate_SomeRowsFailLater_NamesTheOneThatIsNamedAlone()
    {
        var weights = Some.Weights(Some.OddShape);
        weights[ModelLayout.Embedding][5 * 24] = float.NaN; // whoever samples token 5 fails at the next one
        _decoder.Load(weights);
        SampleRequest[] requests = [.. Enumerable.Range(0, 40).Select(i => new SampleRequest([1], 0, (uint)i))];
        var options = Some.Options(maxTokens: 30) with { EosTokenId = -1 };
        var failed = requests.Select(Alone).Index().Where(row => row.Item is not null).ToArray();
        Assert.InRange(failed.Length, 2, 39);

        var failure = Assert.Throws<NonFiniteLogitsException>(() => _decoder.Generate(requests, options));

        Assert.Equal((failed[0].Index, failed[0].Item), (failure.Request, failure.Position));

        int? Alone(SampleRequest request)
        {
            try { _decoder.Generate([request], options); }
            catch (NonFiniteLogitsException alone) { return alone.Position; }
            return null;
        }
    }

    [Fact]
    public void Generate_SeveralEosTokensAndRowsWithoutAToken_EndsWithEitherAndChoosesNoOther()
    {
        _decoder.Load(Some.Weights(Some.OddShape)); // 37 rows
        var options = Some.Options(maxTokens: 40) with { MoreEosTokenIds = [3, 9], VocabularySize = 11 };

        var completions = _decoder.Generate(Some.Requests(Some.OddShape, 60), options);

        Assert.All(completions, completion => Assert.All(completion.TokenIds, token => Assert.InRange(token, 0, 10)));
        Assert.Equal([2, 3, 9], completions.Where(c => c.StopReason is StopReason.Eos).Select(c => c.TokenIds[^1]).Distinct().Order());
        Assert.All(completions, completion => Assert.DoesNotContain(completion.TokenIds[..^1], options.Ends));
    }

    [Fact]
    public void Load_ScalarHead_IsRejected() =>
        Assert.Throws<ArgumentException>(() => _decoder.Load(Some.Weights(Some.OddShape, HeadKind.Scalar)));

    [Theory]
    [InlineData(24, 4, 3)] // 3 does not divide 4
    [InlineData(24, 8, 8)] // head size 3
    [InlineData(25, 4, 4)]
    public void Load_HeadsThatDoNotFit_AreRejected(int hidden, int heads, int keyValueHeads) =>
        Assert.Throws<ArgumentException>(() =>
            _decoder.Load(new ModelWeights(Some.Shape(hidden, 8, heads, keyValueHeads, 10), HeadKind.LanguageModel)));

    [Fact]
    public void Load_WeightsChangedAfterwards_KeepsTheSnapshot()
    {
        var weights = Some.Weights(Some.OddShape);
        _decoder.Load(weights);
        var expected = Print(_decoder.Generate([new([1], 0, 0)], Some.Options())[0]);
        weights.Data.AsSpan().Clear();
        Assert.Equal(expected, Print(_decoder.Generate([new([1], 0, 0)], Some.Options())[0]));
    }

    [Fact]
    public void Generate_BeforeLoad_IsRejected() =>
        Assert.Throws<InvalidOperationException>(() => _decoder.Generate([new([1], 0, 0)], Some.Options()));

    [Fact]
    public void Dispose_Twice_FreesOnceAndRejectsUse()
    {
        _decoder.Load(Some.Weights(Some.OddShape));
        _decoder.Generate([new([1], 0, 0)], Some.Options());
        _decoder.Dispose();
        _decoder.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _decoder.Generate([new([1], 0, 0)], Some.Options()));
        Assert.Throws<ObjectDisposedException>(() => _decoder.Load(Some.Weights(Some.OddShape)));
    }

    /// <summary>Tokens and the bits of the log-probs.</summary>
    static string Print(Completion completion)
    {
        var tokens = completion.TokenIds.Zip(completion.LogProbs, (id, logProb) => $"{id}:{BitConverter.SingleToInt32Bits(logProb):x8}");
        return $"{completion.StopReason} {string.Join(' ', tokens)}";
    }
}
