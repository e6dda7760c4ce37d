using ActorRlhf.Models.Data;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Weights;
using static TorchSharp.torch;

namespace ActorRlhf.Models.Engines.Torch;

/// <summary>A network of libtorch tensors; what a pass makes is disposed of when it ends.</summary>
sealed class TorchNetwork(LlamaConfig config, HeadKind head, Device device) : INetwork
{
    readonly LlamaNetwork _network = new(config, head, device);

    public void Load(ModelWeights weights) => _network.Load(weights);

    public IEnumerable<int[]> Groups(IReadOnlyList<TokenSequence> sequences, IReadOnlyList<int[]> units, NetworkOutput output) =>
        LengthGroups.Of(sequences, units);

    public float[] Read(NetworkOutput output, IReadOnlyList<TokenSequence> sequences, int[] rows, double temperature)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        return Forward(output, new TokenBatch(sequences, rows, device), temperature).Outputs.ToFloats();
    }

    public void Learn(NetworkOutput output, IReadOnlyList<TokenSequence> sequences, int[] rows, double temperature, LossGradient gradient)
    {
        using var scope = NewDisposeScope();
        var (outputs, entropies) = Forward(output, new TokenBatch(sequences, rows, device), temperature);
        outputs.backward([tensor(gradient(rows, outputs.ToFloats(), entropies?.ToFloats() ?? []), device: device)]);
    }

    public void ZeroGradients() => _network.ZeroGradients();

    public void AddGradientsTo(float[] sum) => _network.AddGradientsTo(sum);

    public void Dispose() => _network.Dispose();

    (Tensor Outputs, Tensor? Entropies) Forward(NetworkOutput output, TokenBatch batch, double temperature) => output switch
    {
        NetworkOutput.LogProbs => (TokenForward.LogProbs(_network, batch, temperature), null),
        NetworkOutput.LogProbsAndEntropy => TokenForward.LogProbsAndEntropy(_network, batch, temperature),
        NetworkOutput.Values => (TokenForward.Values(_network, batch), null),
        NetworkOutput.Scores => (TokenForward.Scores(_network, batch), null),
        _ => throw new ArgumentOutOfRangeException(nameof(output), output, "an output of a network"),
    };
}
