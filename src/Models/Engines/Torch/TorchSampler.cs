using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Weights;
using static TorchSharp.torch;

namespace ActorRlhf.Models.Engines.Torch;

/// <summary>The reference engine: libtorch on any device, with a preallocated key/value cache.</summary>
/// <param name="workers">Where the work runs; a call is one job.</param>
/// <param name="device">Where the network lives.</param>
sealed class TorchSampler(ComputeWorkers workers, Device device) : ISampler
{
    LlamaNetwork? _network;

    /// <inheritdoc/>
    public void Load(ModelWeights weights)
    {
        if (weights.Head is not HeadKind.LanguageModel)
            throw new ArgumentException("a sampler needs a language model, these weights have a scalar head", nameof(weights));
        if (_network?.Config != weights.Config)
        {
            _network?.Dispose();
            _network = new LlamaNetwork(weights.Config, HeadKind.LanguageModel, device);
        }
        _network.Load(weights);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Completion> Generate(IReadOnlyList<SampleRequest> requests, SamplingOptions options)
    {
        var network = _network ?? throw new InvalidOperationException("load weights before generating");
        InputCheck.Sampling(requests, options, network.Config);
        return requests.Count == 0 ? [] : workers.Map(1, _ => Generate(network, requests, options))[0];
    }

    /// <inheritdoc/>
    public void Dispose() => _network?.Dispose();

    static Completion[] Generate(LlamaNetwork network, IReadOnlyList<SampleRequest> requests, SamplingOptions options)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var rows = requests.Select(request =>
            new Row(request, Math.Min(options.MaxTokens, network.Config.MaxPositions - request.PromptIds.Length))).ToArray();
        var longest = requests.Max(request => request.PromptIds.Length);
        using var cache = new KeyValueCache(network.Config, rows.Length, longest + rows.Max(row => row.Limit), network.Device);

        var prompts = new long[rows.Length * longest];
        for (var b = 0; b < rows.Length; b++)
            for (var t = 0; t < rows[b].Request.PromptIds.Length; t++) prompts[b * longest + t] = rows[b].Request.PromptIds[t];
        var last = tensor(rows.Select((row, b) => (long)b * longest + row.Request.PromptIds.Length - 1).ToArray(), device: network.Device);
        var hidden = network.Hidden(tensor(prompts, [rows.Length, longest], device: network.Device),
            zeros([rows.Length], int64, network.Device), cache);
        var state = hidden.view(-1, network.Config.HiddenSize).index_select(0, last);                 // (B, C)

        for (var position = 0; ; position++)
        {
            using var step = NewDisposeScope();
            Choose(rows, network.Head(state).ToFloats(), network.Config.VocabularySize, options, position);
            if (Array.TrueForAll(rows, row => row.Done)) break;
            // Rows that are done go on with their last token; what they compute is never read.
            var ids = tensor(rows.Select(row => (long)row.Tokens[^1]).ToArray(), [rows.Length, 1], device: network.Device);
            var positions = tensor(
                rows.Select(row => (long)row.Request.PromptIds.Length + row.Tokens.Count - 1).ToArray(), device: network.Device);
            state = network.Hidden(ids, positions, cache).squeeze(1).MoveToOuterDisposeScope();
        }
        return [.. rows.Select(row =>
            new Completion([.. row.Tokens], [.. row.LogProbs], options.Ends(row.Tokens[^1]) ? StopReason.Eos : StopReason.Length))];
    }

    static void Choose(Row[] rows, float[] logits, int vocabulary, SamplingOptions options, int position)
    {
        for (var b = 0; b < rows.Length; b++)
        {
            var row = rows[b];
            if (row.Done) continue;
            var (token, logProb) = TokenChooser.Choose(logits.AsSpan(b * vocabulary, vocabulary), options, row.Request, b, position);
            row.Tokens.Add(token);
            row.LogProbs.Add(logProb);
            row.Done = options.Ends(token) || row.Tokens.Count == row.Limit;
        }
    }

    sealed class Row(SampleRequest request, int limit)
    {
        public SampleRequest Request => request;
        public int Limit => limit;
        public List<int> Tokens { get; } = [];
        public List<float> LogProbs { get; } = [];
        public bool Done { get; set; }
    }
}
