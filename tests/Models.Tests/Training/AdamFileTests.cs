using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Engines.Torch;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Safetensors;
using ActorRlhf.Models.Tests.Sampling;
using ActorRlhf.Models.Training;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Tests.Training;

public sealed class AdamFileTests : IDisposable
{
    static readonly AdamOptions s_options = new(WeightDecay: 0.01);
    readonly ComputeWorkers _workers = new(2);

    public void Dispose() => _workers.Dispose();

    [Fact]
    public void Restore_SftInFreshObjects_GoesOnWithTheSameBits()
    {
        SftTrainer New(ModelWeights weights) => new(weights, s_options, shards: 2, _workers, TorchEngine.Cpu);
        void Steps(SftTrainer trainer, int from, int to)
        {
            for (var step = from; step < to; step++) trainer.Step(Example.Sequences(10 + step), 1e-2 / (1 + step), maxNorm: 1);
        }
        using var straight = New(Example.Policy());
        Steps(straight, 0, 20);
        using var first = New(Example.Policy());
        Steps(first, 0, 10);
        var (weights, state) = (ModelWeightsFile.ToSafetensors(first.Learner.Weights), AdamFile.ToSafetensors(first.Learner.Optimizer));

        using var second = New(ModelWeightsFile.FromSafetensors(weights, Some.OddShape, HeadKind.LanguageModel, "weights"));
        AdamFile.Restore(state, second.Learner.Optimizer);
        Assert.Equal(10, second.Learner.Optimizer.Updates);
        Assert.Equal(state, AdamFile.ToSafetensors(second.Learner.Optimizer));
        Steps(second, 10, 20);

        AssertSame(straight.Learner, second.Learner);
    }

    [Fact]
    public void Restore_PpoInFreshObjects_GoesOnWithTheSameBits()
    {
        PpoTrainer New(ModelWeights policy, ModelWeights critic) => new(policy, critic, s_options, shards: 2, _workers, TorchEngine.Cpu);
        void Steps(PpoTrainer trainer, int from, int to)
        {
            for (var step = from; step < to; step++)
                trainer.Update(
                    Example.Episodes(trainer, Example.Sequences(24)), new PpoOptions { Epochs = 2, Minibatches = 2 }, 1e-3, seed: 1, step);
        }
        using var straight = New(Example.Policy(), Example.Critic());
        Steps(straight, 1, 7);
        using var first = New(Example.Policy(), Example.Critic());
        Steps(first, 1, 4);

        using var second = New(first.Policy.Weights.Clone(), first.Critic.Weights.Clone());
        AdamFile.Restore(AdamFile.ToSafetensors(first.Policy.Optimizer), second.Policy.Optimizer);
        AdamFile.Restore(AdamFile.ToSafetensors(first.Critic.Optimizer), second.Critic.Optimizer);
        Steps(second, 4, 7);

        AssertSame(straight.Policy, second.Policy);
        AssertSame(straight.Critic, second.Critic);
    }

    [Fact]
    public void ToSafetensors_AnyState_NamesMomentsByParameter()
    {
        var adam = Trained();
        using var file = SafetensorsFile.FromBytes(AdamFile.ToSafetensors(adam), "state");
        Assert.Equal(3, file.ReadLongs("step").Single());
        Assert.Equal(1 + 2 * adam.Layout.Count, file.Tensors.Count);
        var norm = adam.Layout.Single(parameter => parameter.Name == "model.norm.weight");
        Assert.Equal(adam.FirstMoment[norm.Offset..(norm.Offset + norm.Length)], file.ReadFloats("exp_avg.model.norm.weight"));
        Assert.Equal(adam.SecondMoment[norm.Offset..(norm.Offset + norm.Length)], file.ReadFloats("exp_avg_sq.model.norm.weight"));
    }

    public static TheoryData<string> Strangers =>
        new("scalar head", "more layers", "fewer layers", "transposed", "NaN", "no step", "many steps", "negative step", "cut off");

    [Theory, MemberData(nameof(Strangers))]
    public void Restore_StateOfAnotherModelOrDamaged_IsRefusedAndChangesNothing(string stranger)
    {
        var adam = Trained();
        var before = AdamFile.ToSafetensors(adam);
        Assert.Throws<SafetensorsException>(() => AdamFile.Restore(Stranger(stranger, adam, before), adam));
        Assert.Equal(before, AdamFile.ToSafetensors(adam));
    }

    static byte[] Stranger(string kind, Adam adam, byte[] state)
    {
        static byte[] Empty(LlamaConfig config, HeadKind head) => AdamFile.ToSafetensors(new Adam(ModelLayout.Of(config, head), s_options));
        byte[] Changed(Func<TensorEntry, SafetensorsFile, NamedTensor?> change)
        {
            using var file = SafetensorsFile.FromBytes(state, "state");
            return SafetensorsWriter.Serialize([.. file.Tensors.Select(tensor => change(tensor, file)).OfType<NamedTensor>()]);
        }
        NamedTensor Same(TensorEntry tensor, SafetensorsFile file) => tensor.Name == "step"
            ? NamedTensor.Of("step", [], file.ReadLongs("step"))
            : NamedTensor.Of(tensor.Name, [.. tensor.Shape.Select(size => (int)size)], file.ReadFloats(tensor.Name));
        byte[] Step(int[] shape, long[] values) =>
            Changed((tensor, file) => tensor.Name == "step" ? NamedTensor.Of("step", shape, values) : Same(tensor, file));
        return kind switch
        {
            "scalar head" => Empty(Some.OddShape, HeadKind.Scalar),
            "more layers" => Empty(Some.OddShape with { Layers = 3 }, HeadKind.LanguageModel),
            "fewer layers" => Empty(Some.OddShape with { Layers = 1 }, HeadKind.LanguageModel),
            "transposed" => Changed((tensor, file) => tensor.Name == "exp_avg.lm_head.weight"
                ? NamedTensor.Of(tensor.Name, [24, 37], file.ReadFloats(tensor.Name))
                : Same(tensor, file)),
            "NaN" => Changed((tensor, file) => tensor.Name == "exp_avg_sq.lm_head.weight"
                ? NamedTensor.Of(tensor.Name, [37, 24], new float[37 * 24].Select(_ => float.NaN).ToArray())
                : Same(tensor, file)),
            "no step" => Changed((tensor, file) => tensor.Name == "step" ? null : Same(tensor, file)),
            "many steps" => Step([2], [3, 4]),
            "negative step" => Step([], [-1]),
            _ => state[..^1],
        };
    }

    Adam Trained()
    {
        using var trainer = new SftTrainer(Example.Policy(), s_options, shards: 1, _workers, TorchEngine.Cpu);
        for (var step = 0; step < 3; step++) trainer.Step(Example.Sequences(8), 1e-3, maxNorm: 1);
        return trainer.Learner.Optimizer;
    }

    static void AssertSame(Learner expected, Learner actual)
    {
        Assert.Equal(expected.Optimizer.Updates, actual.Optimizer.Updates);
        Assert.Equal(expected.Weights.Data, actual.Weights.Data);
        Assert.Equal(expected.Optimizer.FirstMoment, actual.Optimizer.FirstMoment);
        Assert.Equal(expected.Optimizer.SecondMoment, actual.Optimizer.SecondMoment);
    }
}
