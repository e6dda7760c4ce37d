namespace ActorRlhf.Evaluation.Catalogue.Mathematics;

/// <summary>A completion with its numbers, and the readings of one place in it that all rules share.</summary>
sealed class AnswerText
{
    // Farther away, a number has nothing to do with the words before it; also bounds the time that each mark or cue can take.
    const int Reach = 120, LongestGap = 40, LongestText = 80;

    static readonly string[] s_results = ["which is", "equals", "rounds to", "rounds up to", "rounds down to", "rounded to"];

    readonly NumberToken[] _numbers;

    public AnswerText(string completion)
    {
        Plain = PlainText.Of(completion);
        Lower = Plain.ToLowerInvariant();
        var all = NumberScanner.Scan(Plain);
        // Numbers in code are inputs as a rule: they count where there is nothing else.
        _numbers = [.. all.Any(number => !number.IsCode) ? all.Where(number => !number.IsCode) : all];
    }

    public string Plain { get; }

    /// <summary>The same in lower case, position by position.</summary>
    public string Lower { get; }

    public IReadOnlyList<NumberToken> Numbers => _numbers;

    /// <summary>Index of the first number at or behind a position; their count where there is none.</summary>
    public int NumberFrom(int position)
    {
        var (low, high) = (0, _numbers.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_numbers[middle].Start < position) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// <summary>
    /// The answer that begins at or soon behind a position and before the end of its sentence; null where there is none. An answer
    /// without a text says why what stands there is none.
    /// </summary>
    /// <param name="reason">Why a number there is the answer.</param>
    public Answer? ReadNear(int position, string reason)
    {
        position = SkipDecoration(position);
        if (ReadWords(position, reason) is { } words) return words;

        var index = NumberFrom(position);
        while (IsWithin(index, position) && (_numbers[index].IsNumbering || _numbers[index].IsInWord || IsDenied(index))) index++;
        if (!IsWithin(index, position)) return null;
        return IsOneSentence(position, _numbers[index].Start) ? ReadChain(ref index, reason) : null;
    }

    bool IsWithin(int index, int position) => index < _numbers.Length && _numbers[index].Start - position <= Reach;

    /// <summary>A number in words exactly at a position; null where there is none.</summary>
    public Answer? ReadWords(int position, string reason) =>
        NumberWords.TryRead(Lower, position, out var end, out var value)
            ? new Answer(Plain[position..end], ExactNumber.Of(value), reason)
            : null;

    /// <summary>
    /// Reads numbers that operators join: of 5 + 7 = 12 and of 12 = 5 + 7 it is the 12. What is not worked out, a range and a choice
    /// give an answer without a text.
    /// </summary>
    /// <param name="index">The first number; then, the first one behind what was read.</param>
    /// <param name="reason">Why a number there is the answer.</param>
    public Answer ReadChain(ref int index, string reason)
    {
        var (single, count) = (-1, 1);
        var first = index;
        for (; index + 1 < _numbers.Length && JoinOf(index, first) is not Join.None and var join; index++)
        {
            if (join == Join.Alternative)
            {
                var (one, other) = (AnswerOf(_numbers[index], reason), ExactNumber.Of(Plain, _numbers[index + 1]));
                index += 2;
                if (count == 1 && one.Number is { } value && other is { } same && value.Answers(same)) return one;
                return new(null, null, "a range or a choice, not one number");
            }
            if (join == Join.Equals && count == 1) single = index;
            count = join == Join.Equals ? 1 : count + 1;
        }
        if (count == 1) single = index;
        index++;
        return single < 0 ? new(null, null, "a range or a calculation, not one number") : AnswerOf(_numbers[single], reason);
    }

    public Answer AnswerOf(NumberToken number, string reason)
    {
        var text = (number.IsNegative ? "-" : "") + Plain[number.Start..number.End];
        return new(text.Length <= LongestText ? text : text[..LongestText] + "…", ExactNumber.Of(Plain, number), reason);
    }

    /// <summary>True where an equals sign or words of that meaning stand before a number.</summary>
    public bool IsResult(int index)
    {
        var before = Lower.AsSpan(0, _numbers[index].Start).TrimEnd(" $€£-(\u0001\u0003\u2009");
        if (before.EndsWith('=')) return true;
        foreach (var words in s_results)
            if (before.EndsWith(words)) return true;
        return false;
    }

    /// <summary>True within parentheses.</summary>
    public bool IsAside(int index)
    {
        var before = Plain.AsSpan(Math.Max(0, _numbers[index].Start - Reach), Math.Min(Reach, _numbers[index].Start));
        return before.LastIndexOf('(') > before.LastIndexOf(')');
    }

    /// <summary>True for what is "not 42", or comes "instead of 42".</summary>
    public bool IsDenied(int index)
    {
        const int lookBack = 24;
        var start = _numbers[index].Start;
        var before = Lower.AsSpan(Math.Max(0, start - lookBack), Math.Min(lookBack, start)).TrimEnd(" $€£-\u0001\u2009");
        return before.EndsWith("not") || before.EndsWith("n't") || before.EndsWith("instead of") || before.EndsWith("rather than");
    }

    /// <summary>Where the sentence of a position ends: behind its stop, at a line's end, or at the limit.</summary>
    public int SentenceEnd(int position, int limit)
    {
        for (var at = position; at < limit; at++)
            if (IsSentenceEnd(at)) return at + 1;
        return limit;
    }

    /// <summary>True where no sentence ends between two positions.</summary>
    public bool IsOneSentence(int start, int end)
    {
        for (var at = start; at < end; at++)
            if (IsSentenceEnd(at)) return false;
        return true;
    }

    public int SentenceStart(int position)
    {
        var at = position;
        while (at > 0 && !IsSentenceEnd(at - 1)) at--;
        return at;
    }

    // No small letter or digit begins a sentence; they follow "approx." and the like.
    bool IsSentenceEnd(int at) => Plain[at] switch
    {
        '\n' => true,
        '!' or '?' => at + 1 == Plain.Length || char.IsWhiteSpace(Plain[at + 1]),
        '.' => at + 1 == Plain.Length || (char.IsWhiteSpace(Plain[at + 1])
            && (at + 2 == Plain.Length || !(char.IsLower(Plain[at + 2]) || char.IsDigit(Plain[at + 2])))),
        _ => false,
    };

    public int SkipDecoration(int position)
    {
        var limit = Math.Min(position + Reach, Plain.Length);
        while (position < limit && (char.IsWhiteSpace(Plain[position]) || Plain[position] is '*' or '"' or '\'' or '(' or '[' or ':' or '='
            or PlainText.Bold or PlainText.BoxOpen || NumberScanner.IsCurrency(Plain[position]))) position++;
        return position;
    }

    enum Join { None, Operator, Equals, Alternative }

    /// <summary>How a number and the next one hang together.</summary>
    Join JoinOf(int index, int first)
    {
        var (start, end) = (_numbers[index].End, _numbers[index + 1].Start);
        if (end - start > LongestGap) return Join.None;
        var gap = Lower.AsSpan(start, end - start);
        if (gap.IndexOfAny("\n.,;:!?\u0004") >= 0) return Join.None;

        var words = gap.Trim(" $€£-()\u0001\u0003\u2009");
        if (words is "to" or "or" || (words.EndsWith(" or") && !words[..^3].Contains(' '))) return Join.Alternative;
        if (words is "and" && index == first && Lower.AsSpan(0, _numbers[index].Start).TrimEnd(" $€£").EndsWith("between"))
            return Join.Alternative;

        var sign = gap.IndexOfAny("+*/=");
        if (sign < 0) sign = gap.Trim() is "-" or "- $" or "-$" or "x" ? 0 : gap.IndexOf(" - ");
        if (sign < 0 || gap[..sign].Trim(" $€£()\u0001\u0003\u2009").Contains(' ')) return Join.None;
        return gap.Contains('=') ? Join.Equals : Join.Operator;
    }
}
