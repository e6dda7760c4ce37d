using ActorRlhf.Models.Numerics;
using ActorRlhf.Models.Safetensors;

namespace ActorRlhf.Models.Algorithms.Ppo;

/// <summary>The per-token numbers of one step as safetensors: with them every loss of the step can be computed again.</summary>
/// <remarks>
/// (B, T), right-padded with 0, <c>lossMask</c> 1 where a token counts. Log-probs and values are F32, as the networks gave them;
/// rewards, advantages and returns F64, as the arithmetic gave them. For epoch e and minibatch m: <c>sampleIndex.e.m</c> (b) I32,
/// <c>newLogProbs.e.m</c> and <c>newValues.e.m</c> (b, T) F32.
/// </remarks>
public static class StepArtefact
{
    /// <summary>(B, T) F32: the sampler's log-probs, nats.</summary>
    public const string SamplerLogProbs = "samplerLogProbs";
    /// <summary>(B, T) F32: the trainer's log-probs before the update, nats.</summary>
    public const string OldLogProbs = "oldLogProbs";
    /// <summary>(B, T) F32: the reference's log-probs, nats.</summary>
    public const string RefLogProbs = "refLogProbs";
    /// <summary>(B, T) F32: the critic before the update, in units of the reward.</summary>
    public const string Values = "values";
    /// <summary>(B, T) F64: rewards with the KL penalty, of every token.</summary>
    public const string Rewards = "rewards";
    /// <summary>(B, T) F64: advantages before whitening.</summary>
    public const string AdvantagesRaw = "advantagesRaw";
    /// <summary>(B, T) F64: advantages that the loss took.</summary>
    public const string Advantages = "advantages";
    /// <summary>(B, T) F64: what the critic learned.</summary>
    public const string Returns = "returns";
    /// <summary>(B, T) U8: 1 where a token counts.</summary>
    public const string LossMask = "lossMask";
    /// <summary>Beginning of the name of a minibatch's row numbers, (b) I32.</summary>
    public const string SampleIndex = "sampleIndex";
    /// <summary>Beginning of the name of a minibatch's log-probs under the policy as it was then, (b, T) F32, nats.</summary>
    public const string NewLogProbs = "newLogProbs";
    /// <summary>Beginning of the name of a minibatch's values, (b, T) F32.</summary>
    public const string NewValues = "newValues";

    /// <summary>The artefact's bytes.</summary>
    /// <param name="sampler">(B)(T) the sampler's log-probs, nats.</param>
    /// <param name="old">(B)(T) the trainer's log-probs before the update, nats.</param>
    /// <param name="reference">(B)(T) the reference's log-probs, nats.</param>
    /// <param name="values">(B)(T) the critic before the update.</param>
    /// <param name="numbers">Rewards, advantages and returns.</param>
    public static byte[] Write(IReadOnlyList<float[]> sampler, float[][] old,
        IReadOnlyList<float[]> reference, float[][] values, EpisodeAdvantages numbers, PpoUpdate update)
    {
        var width = old.Max(row => row.Length);
        NamedTensor Floats(string name, IReadOnlyList<float[]> rows) => NamedTensor.Of(name, [rows.Count, width], Pad(rows, width));
        NamedTensor Doubles(string name, IReadOnlyList<double[]> rows) => NamedTensor.Of(name, [rows.Count, width], Pad(rows, width));
        var mask = Pad([.. old.Select(row => row.Select(_ => (byte)1).ToArray())], width);
        return SafetensorsWriter.Serialize(
        [
            Floats(SamplerLogProbs, sampler), Floats(OldLogProbs, old), Floats(RefLogProbs, reference), Floats(Values, values),
            Doubles(Rewards, numbers.Rewards), Doubles(AdvantagesRaw, numbers.AdvantagesRaw),
            Doubles(Advantages, numbers.Advantages), Doubles(Returns, numbers.Returns),
            NamedTensor.Of(LossMask, [old.Length, width], mask),
            .. update.Minibatches.SelectMany(minibatch => new[]
            {
                NamedTensor.Of($"{SampleIndex}.{minibatch.Epoch}.{minibatch.Minibatch}",
                    [minibatch.SampleIndex.Length], minibatch.SampleIndex),
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
