using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ActorRlhf.Models.Numerics;
using ActorRlhf.Models.Sampling;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>The requests of one call of the decoder and their completions.</summary>
sealed class SampleWork(IReadOnlyList<SampleRequest> requests, SamplingOptions options, int maxPositions) : ITrunkWork
{
    const int MostOnStack = 4096;                     // floats; larger vocabularies' weights are in memory of the pool

    readonly Completion[] _completions = new Completion[requests.Count];
    readonly List<float>[] _logProbs = new List<float>[requests.Count];
    int _taken;

    /// <summary>In the order of the requests; complete after the run.</summary>
    public IReadOnlyList<Completion> Completions => _completions;

    public int Count => requests.Count;
    public bool IsTaken => Volatile.Read(ref _taken) >= requests.Count;

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

    /// <inheritdoc/>
    /// <remarks>
    /// The next row is weighed before a row's token is picked: picking is a chain of
    /// dependent steps, beside which the processor makes the exponentials.
    /// </remarks>
    [SkipLocalsInit]
    public NonFiniteLogitsException? Receive(TrunkBatch batch)
    {
        var floats = Lanes.RoundUp(Weighed.Floats(batch.OutputWidth), Lanes.Count);
        var rented = 2 * floats > MostOnStack ? ArrayPool<float>.Shared.Rent(2 * floats) : null;
        var memory = rented is null ? stackalloc float[MostOnStack] : rented;
        try { return Receive(batch, memory[..floats], memory.Slice(floats, floats)); }
        finally
        {
            if (rented is not null) ArrayPool<float>.Shared.Return(rented);
        }
    }

    NonFiniteLogitsException? Receive(TrunkBatch batch, Span<float> one, Span<float> other)
    {
        NonFiniteLogitsException? first = null;
        TrunkSequence? waiting = null;
        Weighed weighed = default, next = default;
        for (var output = 0; output <= batch.OutputCount; output++)
        {
            TrunkSequence? sequence = null;
            if (output < batch.OutputCount)
                try
                {
                    next = Weigh(batch.OutputRow(output).Sequence, batch.Output(output), output % 2 == 0 ? one : other);
                    sequence = batch.OutputRow(output).Sequence;
                }
                catch (NonFiniteLogitsException failure)
                {
                    first = NonFiniteLogitsException.Earlier(first, failure);
                    batch.OutputRow(output).Sequence.Stop();
                }
            if (waiting is not null) Append(waiting, TokenChooser.Pick(weighed, options));
            waiting = sequence;
            weighed = next;
        }
        return first;
    }

    Weighed Weigh(TrunkSequence sequence, ReadOnlySpan<float> logits, Span<float> memory) =>
        TokenChooser.Weigh(logits, options, requests[sequence.Index], sequence.Index, _logProbs[sequence.Index].Count, memory);

    void Append(TrunkSequence sequence, (int Token, float LogProb) chosen)
    {
        var prompt = requests[sequence.Index].PromptIds;
        var logProbs = _logProbs[sequence.Index];
        logProbs.Add(chosen.LogProb);
        var isEos = options.Ends(chosen.Token);
        if (!isEos && logProbs.Count < Limit(prompt))
        {
            sequence.Tokens.Add(chosen.Token);
            return;
        }
        int[] response = [.. CollectionsMarshal.AsSpan(sequence.Tokens)[prompt.Length..], chosen.Token];
        _completions[sequence.Index] = new Completion(response, [.. logProbs], isEos ? StopReason.Eos : StopReason.Length);
    }

    int Limit(int[] prompt) => Math.Min(options.MaxTokens, maxPositions - prompt.Length);
}
