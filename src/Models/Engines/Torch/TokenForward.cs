using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ActorRlhf.Models.Engines.Torch;

/// <summary>What training reads off a network, as functions of a batch.</summary>
static class TokenForward
{
    /// <summary>Log-probs of the completion tokens under the logits divided by a temperature: (R), nats.</summary>
    public static Tensor LogProbs(LlamaNetwork network, TokenBatch batch, double temperature = 1) =>
        Chosen(Distributions(network, batch, temperature), batch);

    /// <summary>The same, and the entropy of each distribution: two tensors (R), nats; no gradient flows through the entropy.</summary>
    public static (Tensor LogProbs, Tensor Entropy) LogProbsAndEntropy(LlamaNetwork network, TokenBatch batch, double temperature)
    {
        var all = Distributions(network, batch, temperature);
        var fixedPoint = all.detach();
        return (Chosen(all, batch), -(fixedPoint.exp() * fixedPoint).sum(1));
    }

    /// <summary>The scalar head before each completion token: the critic's values, (R).</summary>
    public static Tensor Values(LlamaNetwork network, TokenBatch batch) =>
        network.Head(Select(network.Hidden(batch.Ids), batch.Predicting)).squeeze(1);

    /// <summary>The scalar head at each row's last token: a reward model's scores, (B).</summary>
    public static Tensor Scores(LlamaNetwork network, TokenBatch batch) =>
        network.Head(Select(network.Hidden(batch.Ids), batch.Last)).squeeze(1);

    static Tensor Distributions(LlamaNetwork network, TokenBatch batch, double temperature)
    {
        var logits = network.Head(Select(network.Hidden(batch.Ids), batch.Predicting));   // (R, V)
        if (temperature == 1) return F.log_softmax(logits, 1);                            // (R, V)
        using var divisor = temperature.ToScalar();
        return F.log_softmax(logits / divisor, 1);
    }

    static Tensor Chosen(Tensor distributions, TokenBatch batch) => distributions.gather(1, batch.Targets.unsqueeze(1)).squeeze(1);

    static Tensor Select(Tensor hidden, Tensor positions) => hidden.view(-1, hidden.shape[2]).index_select(0, positions);
}
