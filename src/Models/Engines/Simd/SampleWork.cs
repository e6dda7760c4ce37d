using System.Runtime.InteropServices;
using ActorRlhf.Models.Sampling;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>The requests of one call of the decoder and their completions.</summary>
sealed class SampleWork(IReadOnlyList<SampleRequest> requests, SamplingOptions options, int maxPositions) : ITrunkWork
{
    readonly Completion[] _completions = new Completion[requests.Count];
    readonly List<float>[] _logProbs = new List<float>[requests.Count];
    int _taken;

    /// <summary>In the order of the requests; complete after the run.</summary>
    public IReadOnlyList<Completion> Completions => _completions;

    public int Count => requests.Count;

    public TrunkSequence? Take()
    {
        var index = Interlocked.Increment(ref _taken) - 1;
        if (index >= requests.Count) return null;
        var prompt = requests[index].PromptIds;
        var limit = Limit(prompt);
        _logProbs[index] = [];
        // The last token is sampled but never computed on.
        return new TrunkSequence(index, [.. prompt], firstOutput: prompt.Length - 1, mostPositions: prompt.Length + limit - 1);
    }

    public void Receive(TrunkSequence sequence, int position, ReadOnlySpan<float> output)
    {
        var request = requests[sequence.Index];
        var logProbs = _logProbs[sequence.Index];
        var (token, logProb) = TokenChooser.Choose(output, options, request, sequence.Index, logProbs.Count);
        logProbs.Add(logProb);
        var isEos = options.Ends(token);
        if (!isEos && logProbs.Count < Limit(request.PromptIds))
        {
            sequence.Tokens.Add(token);
            return;
        }
        int[] response = [.. CollectionsMarshal.AsSpan(sequence.Tokens)[request.PromptIds.Length..], token];
        _completions[sequence.Index] = new Completion(response, [.. logProbs], isEos ? StopReason.Eos : StopReason.Length);
    }

    int Limit(int[] prompt) => Math.Min(options.MaxTokens, maxPositions - prompt.Length);
}
