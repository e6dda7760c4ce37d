using ActorRlhf.Models.Safetensors;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Models.Algorithms.Ppo;

/// <summary>What one minibatch of a step read off the networks before its gradient step.</summary>
/// <param name="Epoch">From 0.</param>
/// <param name="Minibatch">Within the epoch, from 0.</param>
/// <param name="SampleIndex">(b) which completions of the rollout.</param>
/// <param name="NewLogProbs">(b)(T) nats.</param>
/// <param name="NewValues">(b)(T).</param>
public sealed record MinibatchTokens(int Epoch, int Minibatch, int[] SampleIndex, float[][] NewLogProbs, float[][] NewValues);

/// <summary>The per-token numbers of one step, read from its artefact: (B)(T of the completion), padding left out.</summary>
/// <param name="SamplerLogProbs">The sampler's, nats.</param>
/// <param name="OldLogProbs">The trainer's before the update, nats.</param>
/// <param name="RefLogProbs">The reference's, nats.</param>
/// <param name="Values">The critic's before the update.</param>
/// <param name="Rewards">Token rewards, float64.</param>
/// <param name="AdvantagesRaw">GAE before whitening, float64.</param>
/// <param name="Advantages">Whitened, float64.</param>
/// <param name="Returns">Targets of the critic, float64.</param>
/// <param name="Minibatches">In the order in which they ran.</param>
public sealed record StepTokens(
    float[][] SamplerLogProbs, float[][] OldLogProbs, float[][] RefLogProbs, float[][] Values,
    double[][] Rewards, double[][] AdvantagesRaw, double[][] Advantages, double[][] Returns, IReadOnlyList<MinibatchTokens> Minibatches)
{
    /// <summary>Reads what <see cref="StepArtefact.Write"/> wrote.</summary>
    /// <param name="bytes">The artefact.</param>
    /// <param name="name">Names it in errors.</param>
    /// <exception cref="SafetensorsException">The bytes are something else.</exception>
    public static StepTokens Read(ReadOnlyMemory<byte> bytes, string name)
    {
        using var file = SafetensorsFile.FromBytes(bytes, name);
        if (!file.TryGet(StepArtefact.LossMask, out var shape) || shape.Shape is not [var rows, var width])
            throw new SafetensorsException(name, $"there is no matrix '{StepArtefact.LossMask}'", "the per-token numbers of a step");
        var mask = file.ReadBytes(StepArtefact.LossMask);
        int Length(int row) => mask.AsSpan(row * (int)width, (int)width).IndexOf((byte)0) is var end and >= 0 ? end : (int)width;
        int[] lengths = [.. Enumerable.Range(0, (int)rows).Select(Length)];

        T[][] Rows<T>(string tensor, T[] flat, int[] rowLengths) => flat.Length == rowLengths.Length * width
            ? [.. rowLengths.Select((length, row) => flat[(row * (int)width)..(row * (int)width + length)])]
            : throw new SafetensorsException(name, $"tensor '{tensor}' has "
                + $"{Counted.Of(flat.Length, "element")}", $"{rowLengths.Length * width}");
        float[][] Floats(string tensor) => Rows(tensor, file.ReadFloats(tensor), lengths);
        double[][] Doubles(string tensor) => Rows(tensor, file.ReadDoubles(tensor), lengths);

        MinibatchTokens Minibatch(int epoch, int minibatch)
        {
            var index = $"{StepArtefact.SampleIndex}.{epoch}.{minibatch}";
            var logProbs = $"{StepArtefact.NewLogProbs}.{epoch}.{minibatch}";
            var values = $"{StepArtefact.NewValues}.{epoch}.{minibatch}";
            var samples = file.ReadInts(index);
            foreach (var sample in samples)
                if (sample < 0 || sample >= rows)
                    throw new SafetensorsException(name, $"tensor '{index}' names completion {sample}", $"0 to {rows - 1}");
            int[] theirs = [.. samples.Select(sample => lengths[sample])];
            return new MinibatchTokens(epoch, minibatch, samples,
                Rows(logProbs, file.ReadFloats(logProbs), theirs), Rows(values, file.ReadFloats(values), theirs));
        }

        return new StepTokens(Floats(StepArtefact.SamplerLogProbs), Floats(StepArtefact.OldLogProbs),
            Floats(StepArtefact.RefLogProbs), Floats(StepArtefact.Values),
            Doubles(StepArtefact.Rewards), Doubles(StepArtefact.AdvantagesRaw),
            Doubles(StepArtefact.Advantages), Doubles(StepArtefact.Returns),
            [.. Numbers(file).Select(pair => Minibatch(pair.Epoch, pair.Minibatch))]);
    }

    static IEnumerable<(int Epoch, int Minibatch)> Numbers(SafetensorsFile file)
    {
        for (var epoch = 0; file.TryGet($"{StepArtefact.SampleIndex}.{epoch}.0", out _); epoch++)
            for (var minibatch = 0; file.TryGet($"{StepArtefact.SampleIndex}.{epoch}.{minibatch}", out _); minibatch++)
                yield return (epoch, minibatch);
    }
}
