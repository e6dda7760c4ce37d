using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Engines.Torch;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.ModelFolders;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Tests.Files;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Tests.Sampling;

/// <summary>The two engines against each other: they share the choice of tokens, so only the logits' rounding may differ.</summary>
public sealed class TorchSamplerTests : IDisposable
{
    /// <summary>Two float32 computations of log-probs down to −12: measured up to 2e-5.</summary>
    const double Tolerance = 1e-4;
    readonly ComputeWorkers _workers = new(2);
    readonly ISampler _torch;
    readonly CpuDecoder _cpu;

    public TorchSamplerTests() => (_torch, _cpu) = (TorchEngine.Cpu.Sampler(_workers), new CpuDecoder(_workers));

    public void Dispose()
    {
        _torch.Dispose();
        _cpu.Dispose();
        _workers.Dispose();
    }

    /// <summary>C, F, H, K, V, tied, layers.</summary>
    public static TheoryData<int, int, int, int, int, bool, int> Shapes => CpuScorerTests.Shapes;

    [Theory, MemberData(nameof(Shapes))]
    public void Generate_AnyShape_TakesTheDecodersTokens(int c, int f, int h, int k, int v, bool tied, int layers)
    {
        var weights = Some.Weights(Some.Shape(c, f, h, k, v, tied, layers));
        AssertSame(weights, Some.Requests(weights.Config, 12), Some.Options(temperature: .8));
    }

    [Fact]
    public void Generate_TopKAndTopP_TakesTheDecodersTokens() =>
        AssertSame(Some.Weights(Some.PocketShape), Some.Requests(Some.PocketShape, 20), Some.Options() with { TopK = 20, TopP = .9 });

    [Fact]
    public void Generate_RowsThatEndAtOnceBesideLongOnes_TakesTheDecodersTokens() =>
        AssertSame(Some.Weights(Some.OddShape), Some.Requests(Some.OddShape, 30), Some.Options(maxTokens: 40));

    [Fact]
    public void Generate_SeveralEnds_EndsAtTheFirstOfThemAndKeepsIt()
    {
        var weights = Some.Weights(Some.OddShape);
        var requests = Some.Requests(Some.OddShape, 30);
        var open = AssertSame(weights, requests, Some.Options() with { EosTokenId = -1 });
        var ended = AssertSame(weights, requests, Some.Options() with { EosTokenId = 2, MoreEosTokenIds = [5, 9] });
        foreach (var (whole, cut) in open.Zip(ended))
        {
            var end = whole.TokenIds.AsSpan().IndexOfAny(2, 5, 9);
            Assert.Equal(end < 0 ? whole.TokenIds : whole.TokenIds[..(end + 1)], cut.TokenIds);
            Assert.Equal(end < 0 ? StopReason.Length : StopReason.Eos, cut.StopReason);
        }
        foreach (var end in new[] { 2, 5, 9 }) Assert.Contains(ended, completion => completion.TokenIds[^1] == end);
    }

    [Fact]
    public void Generate_LastPositionReached_Stops()
    {
        SampleRequest[] requests = [new(Some.Tokens(Some.OddShape, 199, 0), 0, 0),
            new(Some.Tokens(Some.OddShape, 190, 1), 0, 1), new([1], 0, 2)];
        var completions = AssertSame(Some.Weights(Some.OddShape), requests, Some.Options(maxTokens: 30) with { EosTokenId = -1 });
        Assert.Equal([1, 10, 30], completions.Select(completion => completion.TokenIds.Length));
    }

    [RealDataFact]
    public void Generate_Stories260KGreedy200Tokens_AreTheDecodersTokenForToken()
    {
        var (weights, _) = ModelFolder.Load(RealData.Stories);
        var completion = AssertSame(weights, [new([1], 0, 0)], new SamplingOptions { MaxTokens = 200, EosTokenId = 2, Greedy = true })[0];
        Assert.Equal(200, completion.TokenIds.Length);
        Assert.Equal([403, 407, 261, 378, 432, 383, 286, 261, 376, 298, 315, 421, 395, 317, 426, 338, 401, 396, 267],
            completion.TokenIds[..19]);
    }

    [Fact]
    public void Load_WeightsChangedAfterwards_KeepsTheSnapshot()
    {
        var weights = Some.Weights(Some.OddShape);
        _torch.Load(weights);
        var before = _torch.Generate([new([1], 0, 0)], Some.Options())[0];
        weights.Data.AsSpan().Clear();
        Assert.Equal(before.LogProbs, _torch.Generate([new([1], 0, 0)], Some.Options())[0].LogProbs);
    }

    [Fact]
    public void Load_OtherShape_TakesIt()
    {
        _torch.Load(Some.Weights(Some.PocketShape));
        AssertSame(Some.Weights(Some.OddShape), Some.Requests(Some.OddShape, 3), Some.Options());
    }

    [Fact]
    public void Generate_InvalidUse_IsRejected()
    {
        Assert.Throws<InvalidOperationException>(() => _torch.Generate([new([1], 0, 0)], Some.Options()));
        Assert.Throws<ArgumentException>(() => _torch.Load(Some.Weights(Some.OddShape, HeadKind.Scalar)));
        _torch.Load(Some.Weights(Some.OddShape));
        Assert.Throws<ArgumentException>(() => _torch.Generate([new([37], 0, 0)], Some.Options()));
        Assert.Empty(_torch.Generate([], Some.Options()));
    }

    [Fact]
    public void Generate_NonFiniteWeights_NamesTheLowestRequest()
    {
        var weights = Some.Weights(Some.OddShape);
        weights[ModelLayout.Embedding][5 * 24] = float.NaN; // token 5
        _torch.Load(weights);
        var failure = Assert.Throws<NonFiniteLogitsException>(() =>
            _torch.Generate([new([1], 0, 0), new([5], 0, 1), new([5], 0, 2)], Some.Options(maxTokens: 1)));
        Assert.Equal((1, 0), (failure.Request, failure.Position));
    }

    IReadOnlyList<Completion> AssertSame(ModelWeights weights, SampleRequest[] requests, SamplingOptions options)
    {
        _torch.Load(weights);
        _cpu.Load(weights);
        var (ours, expected) = (_torch.Generate(requests, options), _cpu.Generate(requests, options));
        for (var i = 0; i < requests.Length; i++)
        {
            Assert.Equal(expected[i].TokenIds, ours[i].TokenIds);
            Assert.Equal(expected[i].StopReason, ours[i].StopReason);
            for (var t = 0; t < expected[i].LogProbs.Length; t++) Assert.Equal(expected[i].LogProbs[t], ours[i].LogProbs[t], Tolerance);
        }
        return ours;
    }
}
