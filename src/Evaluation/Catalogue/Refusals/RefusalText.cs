namespace ActorRlhf.Evaluation.Catalogue.Refusals;

/// <summary>
/// A completion as the refusal model reads it: words in lower case, contractions written in full ("can't" is "can not", however its
/// apostrophe looks), marks as words of their own, the end of a line as ¶. Each letter of a script without spaces is a word.
/// </summary>
/// <remarks>
/// Linear in the text. Only its first <see cref="Longest"/> characters are read: whoever refuses does so before that. What stands in
/// quotation marks or code fences is left out, because it is not the writer's own word, unless that is nearly all there is; so is what the
/// speakers of a dialogue say. What a model thinks before it answers, between <c>&lt;think&gt;</c> and <c>&lt;/think&gt;</c>, is not read.
/// </remarks>
sealed class RefusalText
{
    /// <summary>How many characters are read.</summary>
    public const int Longest = 20_000;

    const string LineEnd = "¶", Fence = "```";
    const string Thinking = "<think>", Answering = "</think>";
    const int LongestName = 40;
    const double NearlyAll = .8;                      // of the words: then the quotation is the answer itself

    static readonly string[] s_announcing =
    [
        "note", "disclaimer", "warning", "important", "answer", "response", "reply", "refusal", "reason", "alternative", "sorry", "step",
        "option", "example", "tip", "question", "assistant", "ai", "model", "bot", "user", "human", "system",
    ];

    readonly List<RefusalToken> _tokens = [];
    readonly RefusalWords _words;
    readonly string _text;
    readonly int _begin, _end;
    readonly bool _isDialogue;
    int _sentence, _hidden;
    bool _ended;

    /// <param name="text">The completion.</param>
    /// <param name="words">Numbers the words.</param>
    public RefusalText(string text, RefusalWords words)
    {
        _text = text;
        _words = words;
        _begin = EndOfThinking(text);
        FirstSentenceEnd = _end = (int)Math.Min(text.Length, (long)_begin + Longest);
        _isDialogue = IsDialogue(text.AsSpan(_begin, _end - _begin));
        Read();
        if (_hidden > 0 && (_isDialogue || _hidden < NearlyAll * _tokens.Count)) _tokens.RemoveAll(token => token.IsQuoted);
    }

    /// <summary>The words and marks that are the writer's own, in order.</summary>
    public IReadOnlyList<RefusalToken> Tokens => _tokens;

    /// <summary>How many items its lists have: lines that begin with a dash, a bullet or a number.</summary>
    public int ListItems { get; private set; }

    /// <summary>Whether there is a code fence.</summary>
    public bool HasCode { get; private set; }

    /// <summary>How many words there are, quoted ones among them, marks not; a contraction is two.</summary>
    public int Length { get; private set; }

    /// <summary>Whether it ends with a question.</summary>
    public bool Asks => _text.AsSpan().TrimEnd().EndsWith('?');

    /// <summary>Where the first sentence ends in the text, exclusively.</summary>
    public int FirstSentenceEnd { get; private set; }

    void Read()
    {
        var lineBegins = true;
        int quote = -1, fence = -1, line = -1;        // the number of tokens before one that is open
        for (int at = _begin, next; at < _end; at = next)
        {
            var here = _text[at];
            next = at + 1;
            if (here == '\n')
            {
                if (!lineBegins) Add(LineEnd, at, next, endsSentence: true);
                lineBegins = true;
                if (line >= 0) Toggle(line);
                (quote, line) = (-1, -1);             // a quotation ends with its paragraph, closed or not
                continue;
            }
            if (lineBegins && line < 0 && _isDialogue && SpeakerEnd(LineAt(at)) > 0) line = _tokens.Count;
            if (char.IsWhiteSpace(here) || char.IsSurrogate(here)) continue;
            if (char.IsLetterOrDigit(here))
            {
                next = RefusalSpelling.WordEnd(_text, at, _end);
                if (lineBegins && char.IsAsciiDigit(here)) ListItems++;
                AddWord(at, next);
            }
            else if (here is '"' or '“' or '”' or '«' or '»')
                quote = Toggle(quote);
            else if (_text.AsSpan(at).StartsWith(Fence, StringComparison.Ordinal))
            {
                HasCode = true;
                next = at + Fence.Length;
                fence = Toggle(fence);
            }
            else if (lineBegins && here is '-' or '*' or '•' && next < _end && _text[next] == ' ')
            {
                ListItems++;
                Add("-", at, next, endsSentence: false);
            }
            else if (here is not ('*' or '_' or '#' or '`' or '>'))   // Markdown's marks say nothing
                Add(_text.AsSpan(at, 1), at, next, EndsSentence(here, next));
            lineBegins = false;
        }
        if (fence >= 0) Toggle(fence);                // code that was cut off
        if (line >= 0) Toggle(line);
    }

    ReadOnlySpan<char> LineAt(int start)
    {
        var rest = _text.AsSpan(start, _end - start);
        return rest.IndexOf('\n') is var length and >= 0 ? rest[..length] : rest;
    }

    /// <summary>Behind what a model thought before it answered; 0 where it shows no thinking, or nothing behind it.</summary>
    static int EndOfThinking(string text)
    {
        var start = text.AsSpan().TrimStart();
        if (!start.StartsWith(Thinking, StringComparison.OrdinalIgnoreCase)) return 0;
        var end = text.IndexOf(Answering, StringComparison.OrdinalIgnoreCase);
        return end < 0 || text.AsSpan(end + Answering.Length).IsWhiteSpace() ? 0 : end + Answering.Length;
    }

    /// <summary>Whether lines begin with the names of who speaks: two speakers, of whom one speaks again after the other.</summary>
    static bool IsDialogue(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> one = default, other = default;
        foreach (var line in text.EnumerateLines())
        {
            if (SpeakerEnd(line) is not (> 0 and var end)) continue;
            var name = line[..end];
            if (one.IsEmpty) one = name;
            else if (other.IsEmpty && !name.SequenceEqual(one)) other = name;
            else if (!other.IsEmpty && (name.SequenceEqual(one) || name.SequenceEqual(other))) return true;
        }
        return false;
    }

    /// <summary>
    /// Where the name of a speaker ends at the beginning of a line, with its colon: one or two words, the first one with a capital letter,
    /// bold or not. 0 where there is none; a word that announces what the writer himself says, or says that he is the model, is no name.
    /// </summary>
    static int SpeakerEnd(ReadOnlySpan<char> line)
    {
        var colon = line[..Math.Min(line.Length, LongestName)].IndexOf(':');
        if (colon <= 0) return 0;
        var name = line[..colon].Trim("*_ ");
        if (name.IsEmpty || !char.IsUpper(name[0]) || name.Count(' ') > 1 || name.ContainsAny(".,;!?()[]\"'`0123456789")) return 0;
        var first = name.IndexOf(' ') is var space and > 0 ? name[..space] : name;
        foreach (var word in s_announcing)
            if (first.Equals(word, StringComparison.OrdinalIgnoreCase)) return 0;
        return line.Length > colon + 1 && !line[(colon + 1)..].Trim("*_ ").IsEmpty ? colon + 1 : 0;
    }

    void AddWord(int start, int end)
    {
        Span<char> word = stackalloc char[RefusalWords.LongestWord];
        var length = RefusalSpelling.Normalise(_text.AsSpan(start, end - start), word);
        var first = RefusalSpelling.InFull(word[..length], out var second);
        Add(first, start, end, endsSentence: false);
        Length++;
        if (second.IsEmpty) return;
        Add(second, start, end, endsSentence: false);
        Length++;
    }

    void Add(ReadOnlySpan<char> word, int start, int end, bool endsSentence)
    {
        var opens = _tokens.Count == 0 || _ended && !endsSentence;
        if (opens && _tokens.Count > 0) _sentence++;
        if (endsSentence && _sentence == 0) FirstSentenceEnd = end;
        _ended = endsSentence;
        _tokens.Add(new RefusalToken(_words.NumberOf(word), start, end, _sentence, opens, IsQuoted: false));
    }

    /// <summary>Opens a quotation, or closes the one that is open and marks what stands in it.</summary>
    int Toggle(int open)
    {
        if (open < 0) return _tokens.Count;
        for (var i = open; i < _tokens.Count; i++)
        {
            if (!_tokens[i].IsQuoted) _hidden++;
            _tokens[i] = _tokens[i] with { IsQuoted = true };
        }
        return -1;
    }

    /// <summary>A point inside a number or a name ends nothing.</summary>
    bool EndsSentence(char mark, int next) => mark switch
    {
        '!' or '?' or '。' or '！' or '？' => true,
        '.' => next >= _text.Length || !char.IsLetterOrDigit(_text[next]),
        _ => false,
    };
}
