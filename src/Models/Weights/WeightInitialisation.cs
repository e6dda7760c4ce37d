using ActorRlhf.Evaluation.Randomness;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Randomness;

namespace ActorRlhf.Models.Weights;

/// <summary>First weights, drawn from Philox so that they depend on the seed alone.</summary>
public static class WeightInitialisation
{
    const double StandardDeviation = 0.02;            // GPT-2's, kept by Llama's Hugging Face implementation

    /// <summary>A language model from scratch: norms 1, everything else N(0, 0.02²).</summary>
    public static ModelWeights LanguageModel(LlamaConfig config, ulong seed)
    {
        var weights = new ModelWeights(config, HeadKind.LanguageModel);
        for (var i = 0; i < weights.Layout.Count; i++)
        {
            var parameter = weights.Layout[i];
            var values = weights.Data.AsSpan(parameter.Offset, parameter.Length);
            if (parameter.Shape.Length == 1) values.Fill(1);
            else Normal(values, StandardDeviation, Purpose.PolicyInitialisation.Draws(seed, 0, (uint)i));
        }
        return weights;
    }

    /// <summary>A reward model on a language model's trunk: head W ~ N(0, 1/(C + 1)), bias 0.</summary>
    /// <remarks>
    /// Source: Huang et al. 2024, <i>The N+ Implementation Details of RLHF with PPO</i>
    /// (arXiv 2403.17031): standard deviation 1/√(d + 1).
    /// </remarks>
    public static ModelWeights RewardModel(ModelWeights trunk, int member, ulong seed)
    {
        var weights = new ModelWeights(trunk.Config, HeadKind.Scalar);
        foreach (var parameter in weights.Layout.Where(p => trunk.Layout.Any(q => q.Name == p.Name)))
            trunk[parameter.Name].CopyTo(weights[parameter.Name]);
        Normal(weights[ModelLayout.ScoreWeight], 1 / Math.Sqrt(trunk.Config.HiddenSize + 1),
            Purpose.RewardHeadInitialisation.Draws(seed, 0, (uint)member));
        return weights;
    }

    static void Normal(Span<float> values, double standardDeviation, PhiloxStream draws)
    {
        for (var i = 0; i < values.Length; i++) values[i] = (float)(draws.Normal() * standardDeviation);
    }
}
