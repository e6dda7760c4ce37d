using System.Globalization;

namespace ActorRlhf.Evaluation.Catalogue.Refusals;

/// <summary>What was known about refusals before any data: the patterns of <c>refusal-patterns.txt</c>, which tells its format.</summary>
sealed class RefusalLexicon
{
    readonly List<RefusalGroup> _groups = [];
    readonly Dictionary<string, List<string>> _classes = [];
    readonly Dictionary<int, List<RefusalPattern>> _byFirstWord = [];
    readonly RefusalWords _words;

    /// <param name="lines">The file.</param>
    /// <param name="words">Numbers the words of the patterns.</param>
    /// <exception cref="FormatException">A line is none of the format; the message quotes it.</exception>
    /// <exception cref="KeyNotFoundException">A pattern uses a class that no line above it gave words.</exception>
    public RefusalLexicon(IEnumerable<string> lines, RefusalWords words)
    {
        _words = words;
        foreach (var line in lines)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            if (line[0] == '[') AddGroup(line);
            else if (line.Split(" = ") is [var name, var members]) Class(name).AddRange(members.Split(' '));
            else AddPattern(line);
        }
    }

    /// <summary>The groups, in the file's order.</summary>
    public IReadOnlyList<RefusalGroup> Groups => _groups;

    /// <summary>The patterns that can begin with a word.</summary>
    public IReadOnlyList<RefusalPattern> BeginningWith(int word) => _byFirstWord.TryGetValue(word, out var patterns) ? patterns : [];

    void AddGroup(string line) => _groups.Add(
        line.Split(']') is [['[', .. var name], var priors] && priors.Trim().Split(' ') is [var refuses, var partly]
            ? new RefusalGroup(name, Number(refuses), Number(partly))
            : throw new FormatException($"'{line}' is no group of refusal patterns: expected [name] and two numbers."));

    void AddPattern(string line)
    {
        if (_groups.Count == 0) throw new FormatException($"'{line}' stands before the first [group] of refusal patterns.");
        RefusalPattern.Element[] elements = [.. line.Split(' ').SelectMany(ElementsOf)];
        if (elements.SkipWhile(element => element.Kind == RefusalPattern.Kind.SentenceStart).First().Kind != RefusalPattern.Kind.Word)
            throw new FormatException($"'{line}' is no refusal pattern: expected a word at its beginning that may not be missing.");
        var pattern = new RefusalPattern(_groups.Count - 1, elements);
        foreach (var word in pattern.FirstWords)
        {
            if (!_byFirstWord.TryGetValue(word, out var patterns)) _byFirstWord[word] = patterns = [];
            patterns.Add(pattern);
        }
    }

    IEnumerable<RefusalPattern.Element> ElementsOf(string written)
    {
        if (written == "..") return [new(RefusalPattern.Kind.Gap, [], OrEnd: false)];
        if (written == "^") return [new(RefusalPattern.Kind.SentenceStart, [], OrEnd: false)];
        var (kind, rest) = (written[0], written[^1]) switch
        {
            ('!', _) when written.Length > 1 => (RefusalPattern.Kind.Unless, written[1..]),
            (_, '?') when written.Length > 1 => (RefusalPattern.Kind.Optional, written[..^1]),
            (_, '*') => (RefusalPattern.Kind.Repeated, written[..^1]),
            _ => (RefusalPattern.Kind.Word, written),
        };
        var choices = rest.Split('|');
        // A script without spaces has a word a letter.
        if (choices is [var only] && only[0] >= RefusalSpelling.FirstWithoutSpaces)
            return only.Select(letter => new RefusalPattern.Element(kind, [_words.NumberOf([letter])], OrEnd: false));
        HashSet<int> words = [.. choices.SelectMany(choice => IsClass(choice) ? _classes[choice] : [choice])
            .Where(word => word != "$").Select(word => _words.NumberOf(word))];
        return [new(kind, words, choices.Contains("$"))];
    }

    List<string> Class(string name)
    {
        if (!_classes.TryGetValue(name, out var members)) _classes[name] = members = [];
        return members;
    }

    static bool IsClass(string written) => written[0] == '<' && written.Length > 1;

    static double Number(string written) => double.Parse(written, CultureInfo.InvariantCulture);
}
