namespace ActorRlhf.Evaluation.Texts;

/// <summary>Numbers for words and for runs of n words, the same for the same run in all texts that one instance was given.</summary>
/// <remarks>Exact: runs are told apart by their words, not by a hash. Linear in the words.</remarks>
sealed class NGrams
{
    readonly Dictionary<string, int> _words = new(StringComparer.Ordinal);
    readonly Dictionary<(int Length, int Run, int Next), int> _runs = [];

    /// <summary>The number of each word of a text.</summary>
    public int[] Words(CutText text)
    {
        var lookup = _words.GetAlternateLookup<ReadOnlySpan<char>>();
        var numbers = new int[text.Words.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            var word = text.Word(i);
            if (!lookup.TryGetValue(word, out numbers[i])) lookup[word] = numbers[i] = _words.Count;
        }
        return numbers;
    }

    /// <summary>The number of each run of n + 1 words, from those of its first n words and from the words.</summary>
    /// <param name="runs">Runs of <paramref name="length"/> words.</param>
    /// <param name="words">The words.</param>
    /// <param name="length">n.</param>
    public int[] Longer(int[] runs, int[] words, int length)
    {
        var numbers = new int[Math.Max(0, runs.Length - 1)];
        for (var i = 0; i < numbers.Length; i++)
        {
            var key = (length, runs[i], words[i + length]);
            if (!_runs.TryGetValue(key, out numbers[i])) _runs[key] = numbers[i] = _runs.Count;
        }
        return numbers;
    }
}
