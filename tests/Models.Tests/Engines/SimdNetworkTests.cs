using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Engines.Torch;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Tests.Sampling;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Tests.Engines;

/// <summary>Our own kernels for training: the sampler's numbers, libtorch's gradients, and those of float64.</summary>
public sealed class SimdNetworkTests : IDisposable
{
    /// <summary>float32 against float32, of the largest gradient of a parameter tensor; measured up to 9e-6.</summary>
    const double Tolerance = 2e-5;

    const double Temperature = .7;

    readonly ComputeWorkers _workers = new(2);

    public void Dispose() => _workers.Dispose();

    public static TheoryData<int, int, int, int, int, bool, int> Shapes => CpuScorerTests.Shapes;

    [Theory, MemberData(nameof(Shapes))]
    public void Read_LogProbsAndScores_HaveTheScorersBits(int c, int f, int h, int k, int v, bool tied, int layers)
    {
        var config = Some.Shape(c, f, h, k, v, tied, layers);
        using var scorer = new CpuScorer(_workers);
        foreach (var head in Enum.GetValues<HeadKind>())
        {
            var weights = Some.Weights(config, head);
            var sequences = Sequences(config, 9);
            scorer.Load(weights);
            using var network = Network(new SimdEngine(), weights);
            var output = head is HeadKind.Scalar ? NetworkOutput.Scores : NetworkOutput.LogProbs;

            var read = new List<float>();
            network.Read(output, sequences, [.. Units(9)], temperature: .7, (_, numbers) => read.AddRange(numbers));

            Assert.Equal(head is HeadKind.Scalar ? scorer.Scores(sequences) : scorer.LogProbs(sequences, .7).SelectMany(row => row), read);
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Learn_EveryHead_HasTheGradientsOfLibtorch(int c, int f, int h, int k, int v, bool tied, int layers)
    {
        var config = Some.Shape(c, f, h, k, v, tied, layers);
        foreach (var output in Enum.GetValues<NetworkOutput>())
        {
            var weights = Some.Weights(config, output is NetworkOutput.Values or NetworkOutput.Scores
                ? HeadKind.Scalar : HeadKind.LanguageModel);
            var sequences = Sequences(config, 5);

            using INetwork torch = Network(TorchEngine.Cpu, weights), simd = Network(new SimdEngine(), weights);
            var (expected, gold, _) = Gradient(torch, weights, output, sequences);
            var (actual, outputs, _) = Gradient(simd, weights, output, sequences);

            for (var i = 0; i < gold.Length; i++) Assert.Equal(gold[i], outputs[i], 1e-4 * (1 + Math.Abs(gold[i])));
            foreach (var parameter in weights.Layout)
            {
                var largest = expected.AsSpan(parameter.Offset, parameter.Length).ToArray().Max(Math.Abs);
                for (var i = parameter.Offset; i < parameter.Offset + parameter.Length; i++)
                    Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance * (1e-3 + largest),
                        $"{output}, {parameter.Name}[{i - parameter.Offset}]: {actual[i]}, libtorch has {expected[i]} of {largest}");
            }
        }
    }

    /// <summary>Every parameter tensor of every head, in random shapes: ‖g − g₆₄‖ ≤ 1e-5 · ‖g₆₄‖.</summary>
    [Fact]
    public void Learn_EveryHead_RandomShapes_HasTheGradientsOfFloat64()
    {
        var random = Purpose.RolloutPrompts.Draws(64);
        var worst = 0.0;
        for (var draw = 0; draw < 12; draw++)
        {
            int keyValueHeads = 1 + random.Integer(3), heads = keyValueHeads * (1 + random.Integer(2));
            var config = Some.Shape(heads * 2 * (1 + random.Integer(12)), 1 + random.Integer(90), heads, keyValueHeads,
                2 + random.Integer(90), random.Integer(2) == 0, 1 + random.Integer(3));
            foreach (var output in Enum.GetValues<NetworkOutput>())
            {
                var weights = Some.Weights(config, output is NetworkOutput.Values or NetworkOutput.Scores
                    ? HeadKind.Scalar : HeadKind.LanguageModel, seed: (ulong)draw);
                var sequences = Sequences(config, 4);
                using var network = Network(new SimdEngine(), weights);

                var (gradient, _, _) = Gradient(network, weights, output, sequences);
                var expected = Float64Gradient.Of(weights, output, sequences, Temperature, Factor);

                foreach (var parameter in weights.Layout)
                {
                    var range = Enumerable.Range(parameter.Offset, parameter.Length).ToArray();
                    var norm = Math.Sqrt(range.Sum(i => expected[i] * expected[i]));
                    var error = Math.Sqrt(range.Sum(i => Math.Pow(gradient[i] - expected[i], 2)));
                    if (norm > 0) worst = Math.Max(worst, error / norm);
                    Assert.True(error <= 1e-5 * norm, $"{config}, {output}, {parameter.Name}: {error / norm:g3}");
                }
            }
        }
        Assert.True(worst > 1e-9, $"float32 cannot be as near as {worst:g3}: nothing was compared");
    }

    /// <summary>What is computed together decides no bit.</summary>
    [Theory]
    [InlineData(nameof(NetworkOutput.LogProbsAndEntropy))]
    [InlineData(nameof(NetworkOutput.Values))]
    [InlineData(nameof(NetworkOutput.Scores))]
    public void Learn_RowsInOneGroupOrEachAlone_HasTheSameBits(string name)
    {
        var output = Enum.Parse<NetworkOutput>(name);
        var weights = Some.Weights(Some.OddShape, output is NetworkOutput.LogProbsAndEntropy ? HeadKind.LanguageModel : HeadKind.Scalar);
        var sequences = Sequences(Some.OddShape, 12);

        using SimdNetwork large = new(weights.Config, weights.Head, [], together: 1000);
        using SimdNetwork small = new(weights.Config, weights.Head, [], together: 1);
        large.Load(weights, _workers);
        small.Load(weights, _workers);

        var together = Gradient(large, weights, output, sequences);
        var alone = Gradient(small, weights, output, sequences);

        Assert.Equal((1, 12), (together.Groups, alone.Groups));
        Assert.Equal(together.Gradient, alone.Gradient);
        Assert.Equal(together.Outputs, alone.Outputs);
    }

    [Fact]
    public void Read_RowsInOneGroupOrEachAlone_HasTheSameBits()
    {
        var weights = Some.Weights(Some.OddShape, HeadKind.LanguageModel);
        using SimdNetwork large = new(weights.Config, weights.Head, [], together: 1000), small = new(weights.Config, weights.Head, [], 1);
        large.Load(weights, _workers);
        small.Load(weights, _workers);
        float[] Read(SimdNetwork network)
        {
            var numbers = new List<float>();
            network.Read(NetworkOutput.LogProbs, Sequences(Some.OddShape, 12), [.. Units(12)], .7,
                (_, read) => numbers.AddRange(read));
            return [.. numbers];
        }

        Assert.Equal(Read(large), Read(small));
    }

    /// <summary>Two models of one shape use the same memory; what the first leaves there, NaN too, is nothing to the second.</summary>
    [Theory]
    [InlineData(24, 19)]
    [InlineData(8, 48)]                               // narrower than a panel of any width, and than what lies beside it
    public void Learn_AfterAnotherModelsPasses_HasTheBitsOfFreshMemory(int hidden, int intermediate)
    {
        IEngine shared = new SimdEngine();
        var shape = Some.Shape(hidden, intermediate, heads: 4, keyValueHeads: 2, vocabulary: 37);
        var (policy, critic) = (Some.Weights(shape, HeadKind.LanguageModel), Some.Weights(shape, HeadKind.Scalar));
        var broken = policy.Clone();
        broken.Data.AsSpan().Fill(float.NaN);
        var sequences = Sequences(shape, 7);
        using INetwork first = Network(shared, broken), second = Network(shared, critic), fresh = Network(new SimdEngine(), critic);

        var nothing = Gradient(first, broken, NetworkOutput.LogProbsAndEntropy, sequences);

        Assert.All(nothing.Outputs, output => Assert.True(float.IsNaN(output)));
        Assert.Equal(
            Gradient(fresh, critic, NetworkOutput.Values, sequences).Gradient,
            Gradient(second, critic, NetworkOutput.Values, sequences).Gradient);
    }

    [Fact]
    public void LearnAndRead_BeforeLoadOrAfterDispose_AreRefused()
    {
        IEngine engine = new SimdEngine();
        var weights = Some.Weights(Some.OddShape);
        var sequences = Sequences(Some.OddShape, 2);
        void Read(INetwork network) => network.Read(NetworkOutput.LogProbs, sequences, [.. Units(2)], 1, (_, _) => { });
        using INetwork empty = engine.Network(weights.Config, weights.Head), disposed = Network(engine, weights);
        disposed.Dispose();

        Assert.Throws<InvalidOperationException>(() => Gradient(empty, weights, NetworkOutput.LogProbs, sequences));
        Assert.Throws<InvalidOperationException>(() => Read(empty));
        Assert.Throws<InvalidOperationException>(() => Gradient(disposed, weights, NetworkOutput.LogProbs, sequences));
        Assert.Throws<InvalidOperationException>(() => Read(disposed));
    }

    [Fact]
    public void Learn_RowsWithoutAToken_HasNoGradient()
    {
        var weights = Some.Weights(Some.OddShape, HeadKind.LanguageModel);
        using var network = Network(new SimdEngine(), weights);

        var (gradient, outputs, _) = Gradient(network, weights, NetworkOutput.LogProbs, [new([3], 1), new([4], 1), new([5], 1)]);

        Assert.Empty(outputs);
        Assert.All(gradient, one => Assert.Equal(0, one));
    }

    /// <summary>The gradient of a weighted sum of all outputs, and the outputs by row, however a network groups the rows.</summary>
    static (float[] Gradient, float[] Outputs, int Groups) Gradient(
        INetwork network, ModelWeights weights, NetworkOutput output, TokenSequence[] sequences)
    {
        var (byRow, gradient, groups) = (new float[sequences.Length][], new float[weights.Data.Length], 0);
        network.Learn(output, sequences, [.. Units(sequences.Length)], Temperature, (rows, numbers, _) =>
        {
            var (at, byOutput) = (0, new List<float>());
            foreach (var row in rows)
            {
                var count = output is NetworkOutput.Scores ? 1 : sequences[row].CompletionLength;
                byRow[row] = numbers[at..(at += count)];
                byOutput.AddRange(Enumerable.Range(0, count).Select(i => (float)Factor(row, i)));
            }
            groups++;
            return [.. byOutput];
        }, gradient);
        return (gradient, [.. byRow.SelectMany(numbers => numbers)], groups);
    }

    static double Factor(int row, int position) => (row + position) % 3 - .75;

    INetwork Network(IEngine engine, ModelWeights weights)
    {
        var network = engine.Network(weights.Config, weights.Head);
        network.Load(weights, _workers);
        return network;
    }

    static IEnumerable<int[]> Units(int rows) => Enumerable.Range(0, rows).Select(row => new[] { row });

    static TokenSequence[] Sequences(LlamaConfig config, int count) =>
        [.. Enumerable.Range(0, count).Select(i => new TokenSequence(Some.Tokens(config, 2 + i * 11 % 45, i), 1 + i % 2))];
}
