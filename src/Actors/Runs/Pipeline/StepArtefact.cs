using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Numerics;
using ActorRlhf.Models.Safetensors;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>The per-token numbers of one step as safetensors: with them every loss of the step can be computed again.</summary>
/// <remarks>
/// (B, T), right-padded with 0, <c>lossMask</c> 1 where a token counts. Log-probs and values are F32, as the networks gave them;
/// rewards, advantages and returns F64, as the arithmetic gave them. For epoch e and minibatch m: <c>sampleIndex.e.m</c> (b) I32,
/// <c>newLogProbs.e.m</c> and <c>newValues.e.m</c> (b, T) F32.
/// </remarks>
public static class StepArtefact
{
    internal const string SamplerLogProbs = "samplerLogProbs", OldLogProbs = "oldLogProbs", RefLogProbs = "refLogProbs", Values = "values", Rewards = "rewards",
        AdvantagesRaw = "advantagesRaw", Advantages = "advantages", Returns = "returns", LossMask = "lossMask", SampleIndex = "sampleIndex", NewLogProbs = "newLogProbs", NewValues = "newValues";

    /// <summary>The artefact's bytes.</summary>
    /// <param name="sampler">(B)(T) the sampler's log-probs, nats.</param>
    /// <param name="old">(B)(T) the trainer's log-probs before the update, nats.</param>
    /// <param name="reference">(B)(T) the reference's log-probs, nats.</param>
    /// <param name="values">(B)(T) the critic before the update.</param>
    /// <param name="numbers">Rewards, advantages and returns.</param>
    /// <param name="update">The update.</param>
    public static byte[] Write(IReadOnlyList<float[]> sampler, float[][] old, IReadOnlyList<float[]> reference, float[][] values, EpisodeAdvantages numbers, PpoUpdate update)
    {
        var width = old.Max(row => row.Length);
        NamedTensor Floats(string name, IReadOnlyList<float[]> rows) => NamedTensor.Of(name, [rows.Count, width], Pad(rows, width));
        NamedTensor Doubles(string name, IReadOnlyList<double[]> rows) => NamedTensor.Of(name, [rows.Count, width], Pad(rows, width));
        var mask = Pad([.. old.Select(row => row.Select(_ => (byte)1).ToArray())], width);
        return SafetensorsWriter.Serialize(
        [
            Floats(SamplerLogProbs, sampler), Floats(OldLogProbs, old), Floats(RefLogProbs, reference), Floats(Values, values),
            Doubles(Rewards, numbers.Rewards), Doubles(AdvantagesRaw, numbers.AdvantagesRaw), Doubles(Advantages, numbers.Advantages), Doubles(Returns, numbers.Returns),
            NamedTensor.Of(LossMask, [old.Length, width], mask),
            .. update.Minibatches.SelectMany(minibatch => new[]
            {
                NamedTensor.Of($"{SampleIndex}.{minibatch.Epoch}.{minibatch.Minibatch}", [minibatch.SampleIndex.Length], minibatch.SampleIndex),
                Floats($"{NewLogProbs}.{minibatch.Epoch}.{minibatch.Minibatch}", minibatch.NewLogProbs),
                Floats($"{NewValues}.{minibatch.Epoch}.{minibatch.Minibatch}", minibatch.NewValues),
            }),
        ]);
    }

    static T[] Pad<T>(IReadOnlyList<T[]> rows, int width)
    {
        var padded = new T[rows.Count * width];
        for (var i = 0; i < rows.Count; i++) rows[i].CopyTo(padded, i * width);
        return padded;
    }
}
