using ActorRlhf.Models.Data;
using ActorRlhf.Models.Sampling;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>The sequences of one call of the scorer and one number for each wanted position.</summary>
/// <param name="sequences">What is scored.</param>
/// <param name="positions">The wanted positions of a sequence; they end where the computation of that sequence may end.</param>
/// <param name="number">The number for a sequence, a position and the head's output there.</param>
sealed class ScoreWork(
    IReadOnlyList<TokenSequence> sequences, Func<TokenSequence, Range> positions, ScoreWork.Number number) : ITrunkWork
{
    readonly float[][] _numbers = new float[sequences.Count][];
    int _taken;

    /// <summary>Makes a number of the head's output at one position of a sequence.</summary>
    public delegate float Number(int index, int position, ReadOnlySpan<float> output);

    /// <summary>One array a sequence; complete after the run.</summary>
    public IReadOnlyList<float[]> Numbers => _numbers;

    public int Count => sequences.Count;
    public bool IsTaken => Volatile.Read(ref _taken) >= sequences.Count;

    public TrunkSequence? Take()
    {
        while (true)
        {
            var index = Interlocked.Increment(ref _taken) - 1;
            if (index >= sequences.Count) return null;
            var wanted = positions(sequences[index]);
            var (first, end) = (wanted.Start.Value, wanted.End.Value);
            _numbers[index] = new float[end - first];
            if (end > first) return new TrunkSequence(index, [.. sequences[index].TokenIds.AsSpan(0, end)], first, mostPositions: end);
        }
    }

    public NonFiniteLogitsException? Receive(TrunkBatch batch)
    {
        NonFiniteLogitsException? first = null;
        for (var output = 0; output < batch.OutputCount; output++)
        {
            var (sequence, _, position) = batch.OutputRow(output);
            try
            {
                _numbers[sequence.Index][position - sequence.FirstOutput] = number(sequence.Index, position, batch.Output(output));
            }
            catch (NonFiniteLogitsException failure)
            {
                first = NonFiniteLogitsException.Earlier(first, failure);
                sequence.Stop();
            }
        }
        return first;
    }
}
