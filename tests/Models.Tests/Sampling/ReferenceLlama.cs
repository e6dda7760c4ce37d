using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Tests.Sampling;

/// <summary>A Llama model in float64 and plain loops: slow and obviously right. What the fast code is compared with.</summary>
sealed class ReferenceLlama(ModelWeights weights)
{
    readonly LlamaConfig _config = weights.Config;
    readonly Dictionary<string, float[]> _parameters =
        weights.Layout.ToDictionary(parameter => parameter.Name, parameter => weights[parameter.Name].ToArray());

    /// <summary>The head's output at every position: logits (T, V), or the score (T, 1).</summary>
    public double[][] Outputs(int[] tokens)
    {
        var c = _config.HiddenSize;
        var embedding = _parameters[ModelLayout.Embedding];
        var x = tokens.Select(token => embedding[(token * c)..((token + 1) * c)].Select(e => (double)e).ToArray()).ToArray(); // (T, C)
        for (var layer = 0; layer < _config.Layers; layer++)
        {
            var prefix = $"model.layers.{layer}.";
            var attention = Attention(x.Select(row => Norm(row, prefix + "input_layernorm.weight")).ToArray(), prefix + "self_attn.");
            x = x.Zip(attention, Add).ToArray();
            x = x.Select(row => Add(row, FeedForward(Norm(row, prefix + "post_attention_layernorm.weight"), prefix + "mlp."))).ToArray();
        }
        return x.Select(row => Head(Norm(row, "model.norm.weight"))).ToArray();
    }

    /// <summary>Log-softmax of the logits divided by the temperature.</summary>
    public static double[] LogProbs(double[] logits, double temperature)
    {
        var largest = logits.Max();
        var total = logits.Sum(logit => Math.Exp((logit - largest) / temperature));
        return logits.Select(logit => (logit - largest) / temperature - Math.Log(total)).ToArray();
    }

    double[] Head(double[] row)
    {
        if (weights.Head is HeadKind.LanguageModel)
            return Linear(row, _config.TieWordEmbeddings ? ModelLayout.Embedding : ModelLayout.LanguageModelHead);
        return [Linear(row, ModelLayout.ScoreWeight)[0] + _parameters[ModelLayout.ScoreBias][0]];
    }

    double[][] Attention(double[][] rows, string prefix)
    {
        var size = _config.HeadSize;
        var queries = rows.Select((row, t) => Rotate(Linear(row, prefix + "q_proj.weight"), t)).ToArray(); // (T, H·D)
        var keys = rows.Select((row, t) => Rotate(Linear(row, prefix + "k_proj.weight"), t)).ToArray();    // (T, K·D)
        var values = rows.Select(row => Linear(row, prefix + "v_proj.weight")).ToArray();                  // (T, K·D)
        return rows.Select((_, t) =>
        {
            var heads = new double[_config.HiddenSize];
            for (var h = 0; h < _config.Heads; h++)
            {
                var shared = h / (_config.Heads / _config.KeyValueHeads);
                var scores = Enumerable.Range(0, t + 1)
                    .Select(s => Enumerable.Range(0, size)
                        .Sum(i => queries[t][h * size + i] * keys[s][shared * size + i]) / Math.Sqrt(size)).ToArray();
                var probabilities = LogProbs(scores, 1).Select(Math.Exp).ToArray();
                for (var i = 0; i < size; i++)
                    heads[h * size + i] = Enumerable.Range(0, t + 1).Sum(s => probabilities[s] * values[s][shared * size + i]);
            }
            return Linear(heads, prefix + "o_proj.weight");
        }).ToArray();
    }

    /// <summary>Hugging Face's rotate_half: element i of a head turns with element i + D / 2.</summary>
    double[] Rotate(double[] heads, int position)
    {
        var (size, half) = (_config.HeadSize, _config.HeadSize / 2);
        return heads.Select((x, index) =>
        {
            var i = index % size;
            var angle = position * Math.Pow(_config.RopeTheta, -2.0 * (i % half) / size);
            var other = i < half ? -heads[index + half] : heads[index - half];
            return x * Math.Cos(angle) + other * Math.Sin(angle);
        }).ToArray();
    }

    double[] FeedForward(double[] row, string prefix)
    {
        var gate = Linear(row, prefix + "gate_proj.weight");
        var up = Linear(row, prefix + "up_proj.weight");
        return Linear(gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u).ToArray(), prefix + "down_proj.weight");
    }

    double[] Norm(double[] row, string name)
    {
        var weight = _parameters[name];
        var scale = 1 / Math.Sqrt(row.Average(x => x * x) + _config.RmsNormEpsilon);
        return row.Select((x, i) => x * scale * weight[i]).ToArray();
    }

    double[] Linear(double[] row, string name)
    {
        var weight = _parameters[name]; // (out, in)
        return Enumerable.Range(0, weight.Length / row.Length).Select(o =>
        {
            var sum = 0.0;
            for (var i = 0; i < row.Length; i++) sum += weight[o * row.Length + i] * row[i];
            return sum;
        }).ToArray();
    }

    static double[] Add(double[] a, double[] b) => a.Zip(b, (x, y) => x + y).ToArray();
}
