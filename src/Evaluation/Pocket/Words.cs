namespace ActorRlhf.Evaluation.Pocket;

/// <summary>A text as words, so that a phrase is found as consecutive words and never inside a word ("tin" is not in "acting").</summary>
sealed class Words(string text)
{
    readonly string[] _words = text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries);

    public int Count => _words.Length;

    public bool Contains(string phrase) => Occurrences(phrase) > 0;

    /// <summary>How often a word satisfies a condition, repetitions included.</summary>
    public int CountWhere(Predicate<string> condition) => _words.Count(word => condition(word));

    /// <summary>The distinct words that satisfy a condition.</summary>
    public int CountDistinctWhere(Predicate<string> condition) => _words.Where(word => condition(word)).Distinct().Count();

    /// <summary>The word after the first occurrence of another; null where there is none.</summary>
    public string? After(string word)
    {
        var next = Array.IndexOf(_words, word) + 1;
        return next > 0 && next < _words.Length ? _words[next] : null;
    }

    /// <summary>How often a phrase occurs, without overlap.</summary>
    public int Occurrences(string phrase)
    {
        var wanted = phrase.Split(' ');
        var found = 0;
        for (var start = 0; start + wanted.Length <= _words.Length;)
        {
            var here = _words.AsSpan(start, wanted.Length).SequenceEqual(wanted);
            found += here ? 1 : 0;
            start += here ? wanted.Length : 1;
        }
        return found;
    }
}
