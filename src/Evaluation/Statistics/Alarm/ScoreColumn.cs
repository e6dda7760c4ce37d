using System.Numerics;

namespace ActorRlhf.Evaluation.Statistics.Alarm;

/// <summary>Scores of one series at one evaluation, by prompt: as two bits each where all are 0 or 1, else as float64.</summary>
sealed class ScoreColumn
{
    readonly ulong[] _present;
    readonly ulong[]? _ones;
    readonly double[]? _values; // 0 where absent

    /// <exception cref="ArgumentException">A score is outside [0, 1] or not a number.</exception>
    public ScoreColumn(string series, IReadOnlyList<double?> scores)
    {
        Prompts = scores.Count;
        _present = new ulong[(scores.Count + 63) / 64];
        var ones = new ulong[_present.Length];
        var binary = true;
        for (var i = 0; i < scores.Count; i++)
        {
            if (scores[i] is not { } score) continue;
            if (!(score is >= 0 and <= 1))
                throw new ArgumentException(FormattableString.Invariant(
                    $"Series {series} scores prompt {i} {score}: the alarm takes scores in [0, 1], where higher is better."));
            _present[i / 64] |= 1UL << (i % 64);
            if (score == 1) ones[i / 64] |= 1UL << (i % 64);
            binary &= score is 0 or 1;
        }
        if (binary) _ones = ones;
        else _values = [.. scores.Select(score => score ?? 0)];
    }

    public int Prompts { get; }

    bool IsPresent(int prompt) => (_present[prompt / 64] >> (prompt % 64) & 1) == 1;

    double Value(int prompt) => _values is not null ? _values[prompt] : _ones![prompt / 64] >> (prompt % 64) & 1;

    /// <summary>Number of prompts with a score in both columns.</summary>
    public int CountBoth(ScoreColumn later)
    {
        var count = 0;
        for (var word = 0; word < _present.Length; word++) count += BitOperations.PopCount(_present[word] & later._present[word]);
        return count;
    }

    /// <summary>ln F of this column, the earlier, and a later one.</summary>
    /// <param name="later">The later column, with as many prompts.</param>
    /// <param name="both">Number of prompts with a score in both.</param>
    /// <param name="counted">The e-values of counts.</param>
    /// <param name="buffer">Room for a difference of every prompt.</param>
    public double LogFell(ScoreColumn later, int both, CountedEValues counted, Span<double> buffer)
    {
        if (_ones is null || later._ones is null) return EValue.LogOfBounded(Differences(later, both, buffer), counted.Delta);
        var (worse, better) = (0, 0);
        for (var word = 0; word < _ones.Length; word++)
        {
            var differ = (_ones[word] ^ later._ones[word]) & _present[word] & later._present[word];
            worse += BitOperations.PopCount(differ & _ones[word]);
            better += BitOperations.PopCount(differ & later._ones[word]);
        }
        return counted.Of(both).Log(worse, better);
    }

    /// <summary>The prompts that scored higher here than later, those that fell most first, then by index.</summary>
    public IEnumerable<FallenPrompt> Fallen(ScoreColumn later) => Enumerable.Range(0, Prompts)
        .Where(i => IsPresent(i) && later.IsPresent(i) && Value(i) > later.Value(i))
        .Select(i => new FallenPrompt(i, Value(i), later.Value(i)))
        .OrderByDescending(prompt => prompt.Before - prompt.After);

    ReadOnlySpan<double> Differences(ScoreColumn later, int both, Span<double> buffer)
    {
        if (both == Prompts && _values is not null && later._values is not null)
        {
            for (var i = 0; i < Prompts; i++) buffer[i] = _values[i] - later._values[i];
            return buffer[..Prompts];
        }
        var count = 0;
        for (var i = 0; i < Prompts; i++)
            if (IsPresent(i) && later.IsPresent(i)) buffer[count++] = Value(i) - later.Value(i);
        return buffer[..count];
    }
}
