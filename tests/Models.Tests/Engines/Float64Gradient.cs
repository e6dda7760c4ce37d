using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ActorRlhf.Models.Tests.Engines;

/// <summary>
/// The gradient of a weighted sum of a network's outputs, by libtorch's automatic differentiation in float64: one sequence at a
/// time, a full attention matrix, no cache, and no code of ours.
/// </summary>
static class Float64Gradient
{
    static readonly Scalar s_one = 1.ToScalar();      // held: a temporary one may be finalised while native code reads it

    /// <param name="weights">The model.</param>
    /// <param name="output">What is read off it.</param>
    /// <param name="sequences">The rows.</param>
    /// <param name="temperature">Divides logits.</param>
    /// <param name="factor">The weight of a row's output at a completion position.</param>
    /// <returns>In the layout of the weights.</returns>
    public static double[] Of(ModelWeights weights, NetworkOutput output, TokenSequence[] sequences, double temperature,
        Func<int, int, double> factor)
    {
        using var scope = NewDisposeScope();
        var parameters = weights.Layout.ToDictionary(
            p => p.Name,
            p => tensor(weights[p.Name].ToArray(), [.. p.Shape.Select(size => (long)size)]).to(float64).detach().requires_grad_());
        for (var row = 0; row < sequences.Length; row++)
        {
            using var inner = NewDisposeScope();
            var factors = Enumerable.Range(0, output is NetworkOutput.Scores ? 1 : sequences[row].CompletionLength)
                .Select(i => factor(row, i)).ToArray();
            if (factors.Length == 0) continue;
            (Outputs(weights, parameters, output, sequences[row], temperature) * tensor(factors)).sum().backward();
        }
        return [.. weights.Layout.SelectMany(p => parameters[p.Name].grad is { } gradient
            ? gradient.reshape(-1).data<double>().ToArray() : new double[p.Length])];
    }

    static Tensor Outputs(
        ModelWeights weights, Dictionary<string, Tensor> parameters, NetworkOutput output, TokenSequence sequence, double temperature)
    {
        var (length, completion) = (sequence.TokenIds.Length, sequence.CompletionLength);
        var hidden = Hidden(weights.Config, parameters, sequence.TokenIds);                 // (T, C)
        if (weights.Head is HeadKind.Scalar)
        {
            var all = F.linear(hidden, parameters[ModelLayout.ScoreWeight], parameters[ModelLayout.ScoreBias]).squeeze(1);
            return output is NetworkOutput.Scores ? all.narrow(0, length - 1, 1) : all.narrow(0, length - completion - 1, completion);
        }
        var head = weights.Config.TieWordEmbeddings ? ModelLayout.Embedding : ModelLayout.LanguageModelHead;
        var distributions = F.log_softmax(F.linear(hidden, parameters[head]) * Number(1 / temperature), 1)
            .narrow(0, length - completion - 1, completion);
        var targets = tensor(sequence.TokenIds[^completion..].Select(id => (long)id).ToArray());
        return distributions.gather(1, targets.unsqueeze(1)).squeeze(1);
    }

    static Tensor Hidden(LlamaConfig config, Dictionary<string, Tensor> parameters, int[] tokens)
    {
        var x = parameters[ModelLayout.Embedding].index_select(0, tensor(tokens.Select(id => (long)id).ToArray()));
        var future = tensor([.. tokens.Index().SelectMany(query => tokens.Index()
            .Select(key => key.Index > query.Index ? double.NegativeInfinity : 0))], [tokens.Length, tokens.Length], float64);
        for (var layer = 0; layer < config.Layers; layer++)
        {
            Tensor Parameter(string name) => parameters[$"model.layers.{layer}.{name}.weight"];
            var h = Norm(x, Parameter("input_layernorm"), config);
            var q = Turn(F.linear(h, Parameter("self_attn.q_proj")), config.Heads, config);  // (H, T, D)
            var k = Turn(F.linear(h, Parameter("self_attn.k_proj")), config.KeyValueHeads, config);
            var v = F.linear(h, Parameter("self_attn.v_proj")).view(tokens.Length, config.KeyValueHeads, -1).transpose(0, 1);
            var group = config.Heads / config.KeyValueHeads;
            (k, v) = (k.repeat_interleave(group, 0), v.repeat_interleave(group, 0));
            var scores = einsum("htd,hsd->hts", q, k) * Number(1 / Math.Sqrt(config.HeadSize));
            var attended = einsum("hts,hsd->thd", scores.add(future, s_one).softmax(-1), v).reshape(tokens.Length, -1);
            x = x.add(F.linear(attended, Parameter("self_attn.o_proj")), s_one);
            h = Norm(x, Parameter("post_attention_layernorm"), config);
            var gated = F.silu(F.linear(h, Parameter("mlp.gate_proj"))) * F.linear(h, Parameter("mlp.up_proj"));
            x = x.add(F.linear(gated, Parameter("mlp.down_proj")), s_one);
        }
        return Norm(x, parameters["model.norm.weight"], config);
    }

    static Tensor Norm(Tensor x, Tensor weight, LlamaConfig config) =>
        x * (x * x).mean([-1], keepdim: true).add(Number(config.RmsNormEpsilon), s_one).rsqrt() * weight;

    static Tensor Turn(Tensor x, int heads, LlamaConfig config)
    {
        var (time, half) = (x.shape[0], config.HeadSize / 2);
        var angles = tensor([.. Enumerable.Range(0, (int)time).SelectMany(position => Enumerable.Range(0, half)
            .Select(i => position * Math.Pow(config.RopeTheta, -2.0 * i / config.HeadSize)))], [time, half], float64);
        x = x.view(time, heads, config.HeadSize).transpose(0, 1);                            // (H, T, D)
        var (a, b) = (x.narrow(2, 0, half), x.narrow(2, half, half));
        return cat([(a * angles.cos()) - (b * angles.sin()), (b * angles.cos()).add(a * angles.sin(), s_one)], 2);
    }

    static Tensor Number(double value) => tensor([value], [], float64);
}
