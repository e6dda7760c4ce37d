using System.Collections.Concurrent;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Weights;
using static TorchSharp.torch;

namespace ActorRlhf.Models.Engines.Torch;

/// <summary>Networks of libtorch tensors, one for each thread that computes; what a pass makes is disposed of when it ends.</summary>
/// <remarks>A replica takes over the weights when it is next used. Groups are rows of similar length, padded to the longest.</remarks>
sealed class TorchNetwork(LlamaConfig config, HeadKind head, Device device) : INetwork
{
    readonly ConcurrentBag<Replica> _idle = [];
    ModelWeights? _weights;
    int _version;

    public void Load(ModelWeights weights, ComputeWorkers workers)
    {
        weights.ThrowUnlessFor(config, head);
        _weights = weights;
        _version++;
    }

    public void Read(NetworkOutput output, IReadOnlyList<TokenSequence> sequences, IReadOnlyList<int[]> units, double temperature,
        Action<int[], float[]> read)
    {
        var network = Rent();
        try
        {
            using var off = no_grad();
            foreach (var group in LengthGroups.Of(sequences, units))
            {
                using var scope = NewDisposeScope();
                read(group, Forward(network.Llama, output, new TokenBatch(sequences, group, device), temperature).Outputs.ToFloats());
            }
        }
        finally { _idle.Add(network); }
    }

    public void Learn(NetworkOutput output, IReadOnlyList<TokenSequence> sequences, IReadOnlyList<int[]> units, double temperature,
        LossGradient gradient, Span<float> sum)
    {
        var network = Rent();
        try
        {
            network.Llama.ZeroGradients();
            foreach (var group in LengthGroups.Of(sequences, units))
            {
                using var scope = NewDisposeScope();
                var (outputs, entropies) = Forward(network.Llama, output, new TokenBatch(sequences, group, device), temperature);
                var byOutputs = gradient(group, outputs.ToFloats(), entropies?.ToFloats() ?? []);
                outputs.backward([tensor(byOutputs, device: device)]);
            }
            sum.Clear();
            network.Llama.AddGradientsTo(sum);
        }
        finally { _idle.Add(network); }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var replica)) replica.Llama.Dispose();
    }

    Replica Rent()
    {
        var weights = _weights ?? throw new InvalidOperationException("load weights before computing with them");
        if (!_idle.TryTake(out var replica)) replica = new Replica(new LlamaNetwork(config, head, device));
        if (replica.Version == _version) return replica;
        try { replica.Llama.Load(weights); }
        catch
        {
            replica.Llama.Dispose();
            throw;
        }
        replica.Version = _version;
        return replica;
    }

    static (Tensor Outputs, Tensor? Entropies) Forward(LlamaNetwork network, NetworkOutput output, TokenBatch batch, double temperature) =>
        output switch
        {
            NetworkOutput.LogProbs => (TokenForward.LogProbs(network, batch, temperature), null),
            NetworkOutput.LogProbsAndEntropy => TokenForward.LogProbsAndEntropy(network, batch, temperature),
            NetworkOutput.Values => (TokenForward.Values(network, batch), null),
            NetworkOutput.Scores => (TokenForward.Scores(network, batch), null),
            _ => throw new ArgumentOutOfRangeException(nameof(output), output, "an output of a network"),
        };

    sealed class Replica(LlamaNetwork llama)
    {
        public LlamaNetwork Llama => llama;
        public int Version { get; set; }
    }
}
