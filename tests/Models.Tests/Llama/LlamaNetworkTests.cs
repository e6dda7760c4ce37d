using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Engines.Torch;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.ModelFolders;
using ActorRlhf.Models.Tests.Files;
using ActorRlhf.Models.Tests.Sampling;
using ActorRlhf.Models.Weights;
using static TorchSharp.torch;

namespace ActorRlhf.Models.Tests.Llama;

/// <summary>The libtorch network against the same model in float64 and plain loops.</summary>
public sealed class LlamaNetworkTests : IDisposable
{
    /// <summary>float32 against float64 at logits of size 1: measured up to 4e-6 over all shapes.</summary>
    const double Tolerance = 1.5e-5;
    readonly ComputeWorkers _workers = new(1);

    public void Dispose() => _workers.Dispose();

    /// <summary>C, F, H, K, V, tied, layers.</summary>
    public static TheoryData<int, int, int, int, int, bool, int> Shapes => CpuScorerTests.Shapes;

    [Theory, MemberData(nameof(Shapes))]
    public void Logits_RandomWeights_AgreeWithTheReference(int c, int f, int h, int k, int v, bool tied, int layers)
    {
        var weights = Some.Weights(Some.Shape(c, f, h, k, v, tied, layers));
        AssertReference(weights, Sequences(weights.Config));
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Scores_RandomWeights_AgreeWithTheReference(int c, int f, int h, int k, int v, bool tied, int layers)
    {
        var weights = Some.Weights(Some.Shape(c, f, h, k, v, tied, layers), HeadKind.Scalar);
        weights[ModelLayout.ScoreBias][0] = .75f;
        AssertReference(weights, Sequences(weights.Config));
    }

    [Fact]
    public void Logits_EveryOtherConstant_AgreeWithTheReference() =>
        AssertReference(Some.Weights(Some.OddShape with { RopeTheta = 500, RmsNormEpsilon = 0.01 }), Sequences(Some.OddShape));

    [Theory]
    [InlineData(4, 4), InlineData(4, 2), InlineData(4, 1)]
    public void HiddenWithCache_PromptsOfAnyLengthThenTokens_GivesTheLogitsOfTheWholeSequence(int heads, int keyValueHeads)
    {
        var weights = Some.Weights(Some.Shape(24, 19, heads, keyValueHeads, 37));
        var prompts = new[] { 7, 1, 4 }.Select((length, i) => Some.Tokens(weights.Config, length, i)).ToArray();
        var next = new[] { 0, 1, 2 }.Select(i => Some.Tokens(weights.Config, 3, 10 + i)).ToArray();

        var actual = OnWorker(weights, network =>
        {
            using var cache = new KeyValueCache(weights.Config, 3, 12, CPU);
            network.Hidden(Padded(prompts), zeros([3L], int64), cache);
            var logits = new List<float[]>();
            for (var t = 0; t < 3; t++)
            {
                var ids = tensor(next.Select(row => (long)row[t]).ToArray(), [3, 1]);
                var positions = tensor(prompts.Select(prompt => (long)prompt.Length + t).ToArray());
                logits.Add(network.Head(network.Hidden(ids, positions, cache).squeeze(1)).data<float>().ToArray());
            }
            return logits;
        });

        var reference = new ReferenceLlama(weights);
        for (var b = 0; b < 3; b++)
        {
            var expected = reference.Outputs([.. prompts[b], .. next[b]])[prompts[b].Length..];
            for (var t = 0; t < 3; t++) AssertClose(expected[t], actual[t].AsSpan(b * 37, 37));
        }
    }

    [RealDataFact]
    public void Logits_Stories260K_AreThePublishedOnes()
    {
        var (weights, _) = ModelFolder.Load(RealData.Stories);
        double[] published = [-6.71425, -6.05303, -6.71504, -6.71449, -6.71443, -6.71485, -6.71502, -6.71414];
        var logits = Outputs(weights, [[1, 403, 407, 261]])[0][^1];
        for (var i = 0; i < published.Length; i++) Assert.Equal(published[i], logits[i], 2e-5); // 5 places, and float32 steps by 5e-7 there
    }

    [RealDataFact]
    public void Logits_Stories260KAtItsLastPosition_AgreeWithTheReference()
    {
        var (weights, _) = ModelFolder.Load(RealData.Stories);
        var ids = Some.Tokens(weights.Config, weights.Config.MaxPositions, 1);
        // logits of size 20 after 512 positions
        AssertClose(new ReferenceLlama(weights).Outputs(ids)[^1], Outputs(weights, [ids])[0][^1], 1e-4);
    }

    [Fact]
    public void Load_ChangedWeights_ReplacesAllOfThem()
    {
        var (first, second) = (Some.Weights(Some.OddShape), Some.Weights(Some.OddShape, seed: 2));
        int[][] sequences = [Some.Tokens(Some.OddShape, 9, 0)];
        var actual = OnWorker(first, network =>
        {
            network.Load(second);
            return Outputs(network, sequences);
        });
        Assert.Equal(Outputs(second, sequences)[0], actual[0]);
    }

    [Fact]
    public void Load_OtherModel_IsRejected()
    {
        using var network = new LlamaNetwork(Some.OddShape, HeadKind.LanguageModel, CPU);
        Assert.Throws<ArgumentException>(() => network.Load(Some.Weights(Some.OddShape, HeadKind.Scalar)));
        Assert.Throws<ArgumentException>(() => network.Load(Some.Weights(Some.PocketShape)));
        // As many parameters, but another model: the same numbers would mean something else.
        Assert.Throws<ArgumentException>(() => network.Load(Some.Weights(Some.OddShape with { RopeTheta = 1e6 })));
        Assert.Throws<ArgumentException>(() => network.Load(Some.Weights(Some.OddShape with { Heads = 2, KeyValueHeads = 1 })));
    }

    [Fact]
    public void GradientsOf_TwoBackwardPasses_AddUpAndAreForgotten()
    {
        var weights = Some.Weights(Some.OddShape);
        var (once, twice, after) = OnWorker(weights, network =>
        {
            float[] Gradient(int passes)
            {
                for (var i = 0; i < passes; i++) network.Head(network.Hidden(Padded([[1, 2, 3]])).view(3, -1)).sum().backward();
                var sum = new float[weights.Data.Length];
                network.AddGradientsTo(sum);
                network.ZeroGradients();
                return sum;
            }
            return (Gradient(1), Gradient(2), Gradient(0));
        }, withGradient: true);
        Assert.Contains(once, value => value != 0);
        Assert.Equal(once.Select(value => 2 * value), twice); // doubling is exact
        Assert.All(after, value => Assert.Equal(0, value));
    }

    void AssertReference(ModelWeights weights, int[][] sequences)
    {
        var reference = new ReferenceLlama(weights);
        var actual = Outputs(weights, sequences);
        for (var i = 0; i < sequences.Length; i++)
        {
            var expected = reference.Outputs(sequences[i]);
            for (var t = 0; t < expected.Length; t++) AssertClose(expected[t], actual[i][t]);
        }
    }

    /// <summary>The head's outputs at every position of every sequence, computed in one padded batch.</summary>
    float[][][] Outputs(ModelWeights weights, int[][] sequences) => OnWorker(weights, network => Outputs(network, sequences));

    static float[][][] Outputs(LlamaNetwork network, int[][] sequences)
    {
        var hidden = network.Hidden(Padded(sequences));
        var (time, c) = (hidden.shape[1], hidden.shape[2]);
        var flat = network.Head(hidden.view(-1, c)).data<float>().ToArray();
        var width = flat.Length / (sequences.Length * (int)time);
        return [.. sequences.Select((sequence, b) =>
            sequence.Select((_, t) => flat.AsSpan((b * (int)time + t) * width, width).ToArray()).ToArray())];
    }

    T OnWorker<T>(ModelWeights weights, Func<LlamaNetwork, T> job, bool withGradient = false) => _workers.Map(1, _ =>
    {
        using var mode = set_grad_enabled(withGradient);
        using var scope = NewDisposeScope();
        using var network = new LlamaNetwork(weights.Config, weights.Head, CPU);
        network.Load(weights);
        return job(network);
    })[0];

    static Tensor Padded(int[][] sequences)
    {
        var time = sequences.Max(sequence => sequence.Length);
        // Whatever stands in the padding must not matter, so it is not 0.
        return tensor(sequences.SelectMany(sequence => sequence.Concat(Enumerable.Repeat(2, time - sequence.Length)))
            .Select(id => (long)id).ToArray(), [sequences.Length, time]);
    }

    /// <summary>Lengths 1 to 24 in one batch.</summary>
    static int[][] Sequences(LlamaConfig config) => [.. Enumerable.Range(0, 7).Select(i => Some.Tokens(config, 1 + i * 5 % 24, i))];

    static void AssertClose(double[] expected, ReadOnlySpan<float> actual, double tolerance = Tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) < tolerance, $"number {i} is {actual[i]}, the reference says {expected[i]}");
    }
}
