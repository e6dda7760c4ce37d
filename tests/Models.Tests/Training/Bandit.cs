using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Tests.Sampling;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Tests.Training;

/// <summary>
/// One prompt, six answers of one token, and a policy whose distribution
/// over them is given: what RL must converge to has a closed form.
/// </summary>
/// <remarks>The optimum of "maximise the proxy − β · KL" is <c>π ∝ π₀ · e^(proxy / β)</c>.</remarks>
static class Bandit
{
    const int FirstAnswer = 3;                        // after padding, BOS and EOS
    const double Impossible = -60;

    public static readonly double[] Start = [.3, .25, .2, .15, .099, .001];
    public static readonly double[] Proxy = [0, .5, 1, 1.5, 2, 4];
    public static readonly double[] Gold = [0, .6, 1.1, 1.4, 1, -3];
    public static readonly int[] Prompt = [1];

    static readonly LlamaConfig s_config = Some.Shape(
        hidden: 32, intermediate: 32, heads: 2, keyValueHeads: 2, vocabulary: FirstAnswer + 6, layers: 1);

    /// <summary>The answer that a token stands for, from 0.</summary>
    public static int Answer(int token) => token - FirstAnswer;

    /// <summary>
    /// A model whose logits are log π₀: the prompt's hidden state is all
    /// ones, and the head reads its mean, which the norm keeps near one.
    /// </summary>
    public static ModelWeights Policy()
    {
        var weights = Some.Weights(s_config);
        weights["model.layers.0.self_attn.o_proj.weight"].Clear();     // so that the trunk adds nothing at first, and can learn to
        weights["model.layers.0.mlp.down_proj.weight"].Clear();
        weights[ModelLayout.Embedding].Slice(s_config.HiddenSize * Prompt[0], s_config.HiddenSize).Fill(1);
        weights["model.norm.weight"].Fill((float)Math.Sqrt(1 + s_config.RmsNormEpsilon));
        var head = weights[ModelLayout.LanguageModelHead];
        for (var token = 0; token < s_config.VocabularySize; token++)
            head.Slice(token * s_config.HiddenSize, s_config.HiddenSize)
                .Fill((float)(token < FirstAnswer ? Impossible : Math.Log(Start[Answer(token)])) / s_config.HiddenSize);
        return weights;
    }

    public static ModelWeights Critic()
    {
        var weights = Some.Weights(s_config, HeadKind.Scalar);
        weights[ModelLayout.ScoreWeight].Clear();
        return weights;
    }

    /// <summary>The exact distribution over the answers, float64, and the probability that is left for other tokens.</summary>
    public static (double[] Answers, double Others) Distribution(ModelWeights policy)
    {
        var probabilities = ReferenceLlama.LogProbs(new ReferenceLlama(policy).Outputs(Prompt)[0], 1).Select(Math.Exp).ToArray();
        return (probabilities[FirstAnswer..], probabilities[..FirstAnswer].Sum());
    }

    public static double Mean(double[] distribution, double[] of) => distribution.Zip(of, (p, x) => p * x).Sum();

    /// <summary>KL(distribution ‖ π₀) in nats.</summary>
    public static double Kl(double[] distribution) => distribution.Zip(Start, (p, q) => p == 0 ? 0 : p * Math.Log(p / q)).Sum();
}
