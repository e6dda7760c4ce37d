namespace ActorRlhf.Evaluation.Texts;

/// <summary>Numbers for words and for runs of n words, the same for the same run in all texts that one instance was given.</summary>
/// <remarks>Exact: runs are told apart by their words, not by a hash. Linear in the words.</remarks>
/// <param name="longest">The longest runs that are numbered.</param>
sealed class NGrams(int longest)
{
    /// <summary>A run of n words and the word behind it.</summary>
    readonly record struct Extended(int Run, int Next)
    {
        // Numbers ascend together, so their exclusive or would be the same for many.
        public override int GetHashCode() => (int)((uint)Run * 0x9E3779B1 + (uint)Next); // 2³² / golden ratio
    }

    readonly Dictionary<string, int> _words = new(StringComparer.Ordinal);
    readonly Dictionary<Extended, int>[] _runs = [.. Enumerable.Range(2, longest - 1).Select(_ => new Dictionary<Extended, int>())];

    /// <summary>How many different runs of n words all texts have.</summary>
    public int Distinct(int n) => n == 1 ? _words.Count : _runs[n - 2].Count;

    /// <summary>The numbers of a text's runs of n words, at [n − 1], from its beginning to its end.</summary>
    public int[][] Of(CutText text)
    {
        var runs = new int[longest][];
        runs[0] = Words(text);
        for (var n = 2; n <= longest; n++) runs[n - 1] = Longer(_runs[n - 2], runs[n - 2], runs[0].AsSpan(Math.Min(n - 1, runs[0].Length)));
        return runs;
    }

    int[] Words(CutText text)
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

    static int[] Longer(Dictionary<Extended, int> known, int[] runs, ReadOnlySpan<int> next)
    {
        var numbers = new int[next.Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            var run = new Extended(runs[i], next[i]);
            if (!known.TryGetValue(run, out numbers[i])) known[run] = numbers[i] = known.Count;
        }
        return numbers;
    }
}
