using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Training;
using ActorRlhf.Models.Weights;
using static TorchSharp.torch;

namespace ActorRlhf.Models.Tests.Training;

public sealed class AdamTests : IDisposable
{
    /// <summary>A matrix, a vector and one number: lengths that are and are not whole vectors.</summary>
    static readonly ParameterSpec[] s_layout = [new("matrix", [5, 7], 0, 35), new("vector", [16], 35, 16), new("bias", [1], 51, 1)];
    static readonly AdamOptions s_options = new(Beta1: 0.9, Beta2: 0.95, Epsilon: 1e-5, WeightDecay: 0.1);

    readonly ComputeWorkers _workers = new(2);

    public void Dispose() => _workers.Dispose();

    [Fact]
    public void Update_TwentySteps_AgreesWithFloat64()
    {
        var (adam, weights) = (new Adam(s_layout, s_options), Start());
        var (expected, first, second) = (Array.ConvertAll(weights, w => (double)w), new double[52], new double[52]);
        for (var step = 1; step <= 20; step++)
        {
            var (gradient, rate, scale) = (Gradient(step), 0.02 / step, step % 3 == 0 ? 0.25 : 1);
            adam.Update(weights, gradient, scale, rate, _workers);
            for (var i = 0; i < 52; i++)
            {
                var g = scale * gradient[i];
                first[i] = 0.9 * first[i] + 0.1 * g;
                second[i] = 0.95 * second[i] + 0.05 * g * g;
                var (m, v) = (first[i] / (1 - Math.Pow(0.9, step)), second[i] / (1 - Math.Pow(0.95, step)));
                if (i < 35) expected[i] -= rate * 0.1 * expected[i];
                expected[i] -= rate * m / (Math.Sqrt(v) + 1e-5);
            }
        }
        Assert.Equal(20, adam.Updates);
        for (var i = 0; i < 52; i++)
        {
            Assert.Equal(expected[i], weights[i], 1e-6); // 20 roundings of numbers of size 1
            Assert.Equal(first[i], adam.FirstMoment[i], 1e-6);
            Assert.Equal(second[i], adam.SecondMoment[i], 1e-6);
        }
    }

    [Fact]
    public void Update_TwentySteps_AgreesWithLibtorch()
    {
        var (adam, weights) = (new Adam(s_layout, s_options), Start());
        using var scope = NewDisposeScope();
        var parameters = s_layout.Select(p =>
            nn.Parameter(tensor(weights[p.Offset..(p.Offset + p.Length)], [.. p.Shape.Select(size => (long)size)]))).ToArray();
        optim.Optimizer decayed = optim.AdamW(parameters[..1], lr: 0, beta1: 0.9, beta2: 0.95, eps: 1e-5, weight_decay: 0.1);
        optim.Optimizer others = optim.AdamW(parameters[1..], lr: 0, beta1: 0.9, beta2: 0.95, eps: 1e-5, weight_decay: 0);
        for (var step = 1; step <= 20; step++)
        {
            var (gradient, rate) = (Gradient(step), 0.02 / step);
            adam.Update(weights, gradient, gradientScale: 1, rate, _workers);
            foreach (var (parameter, spec) in parameters.Zip(s_layout))
                parameter.grad = tensor(gradient[spec.Offset..(spec.Offset + spec.Length)], parameter.shape);
            foreach (var optimizer in new optim.Optimizer[] { decayed, others })
            {
                foreach (var group in optimizer.ParamGroups) group.LearningRate = rate;
                optimizer.step();
            }
        }
        var expected = parameters.SelectMany(parameter => parameter.detach().data<float>().ToArray()).ToArray();
        for (var i = 0; i < 52; i++) Assert.Equal(expected[i], weights[i], 1e-6);
        Assert.All(weights.Zip(Start()), pair => Assert.True(Math.Abs(pair.First - pair.Second) > 1e-4)); // everything moved
        decayed.Dispose();
        others.Dispose();
    }

    /// <summary>A model of several parts, whose borders lie within parameters.</summary>
    [Fact]
    public void Update_ModelOfManyParts_DoesWhatItDoesToEachElementAlone()
    {
        const int length = 200_000;
        ParameterSpec[] layout =
            [new("matrix", [length / 8, 7], 0, length / 8 * 7), new("vector", [length / 8], length / 8 * 7, length / 8)];
        var gradient = Enumerable.Range(0, length).Select(i => MathF.Sin(i)).ToArray();
        float[] weights = [.. Enumerable.Range(0, length).Select(i => 1 + i % 5 * .25f)];
        new Adam(layout, s_options).Update(weights, gradient, gradientScale: .5, learningRate: .1, _workers);

        foreach (var i in (int[])[1, 65_535, 65_536, 131_071, 131_072, length / 8 * 7 - 1, length / 8 * 7, length - 1])
        {
            var alone = new[] { 1 + i % 5 * .25f };
            int[] shape = i < layout[1].Offset ? [1, 1] : [1];
            new Adam([new ParameterSpec("one", shape, 0, 1)], s_options)
                .Update(alone, new[] { gradient[i] }, gradientScale: .5, learningRate: .1, _workers);
            Assert.Equal(alone[0], weights[i]);
        }
    }

    [Fact]
    public void Update_NoGradient_DecaysMatricesAndNothingElse()
    {
        var (adam, weights) = (new Adam(s_layout, s_options), Start());
        adam.Update(weights, new float[52], gradientScale: 1, learningRate: 0.5, _workers);
        for (var i = 0; i < 35; i++) Assert.Equal(Start()[i] * 0.95f, weights[i]); // 1 − .5 · .1
        Assert.Equal(Start()[35..], weights[35..]);
    }

    [Fact]
    public void Update_NoDecayAndNoGradient_ChangesNothing()
    {
        var (adam, weights) = (new Adam(s_layout, new AdamOptions()), Start());
        adam.Update(weights, new float[52], gradientScale: 1, learningRate: 0.5, _workers);
        Assert.Equal(Start(), weights);
    }

    [Theory, InlineData(HeadKind.LanguageModel), InlineData(HeadKind.Scalar)]
    public void Update_RealModel_DecaysAllButNormsAndBias(HeadKind head)
    {
        var weights = new ModelWeights(Sampling.Some.OddShape, head);
        weights.Data.AsSpan().Fill(1);
        new Adam(weights.Layout, s_options)
            .Update(weights.Data, new float[weights.Data.Length], gradientScale: 1, learningRate: 0.5, _workers);
        foreach (var parameter in weights.Layout)
            Assert.All(weights[parameter.Name].ToArray(), w =>
                Assert.Equal(parameter.Name.Contains("norm") || parameter.Name == ModelLayout.ScoreBias ? 1 : 0.95f, w));
    }

    static float[] Start() => Normal(0);

    static float[] Gradient(int step) => Normal(step);

    static float[] Normal(int step)
    {
        var random = Purpose.Bootstrap.Draws(1, (uint)step);
        return [.. Enumerable.Range(0, 52).Select(_ => (float)random.Normal())];
    }
}
