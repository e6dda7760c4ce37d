namespace ActorRlhf.Evaluation.Catalogue.Refusals;

/// <summary>A pattern of words, as <c>refusal-patterns.txt</c> writes it.</summary>
/// <param name="group">Number of the group that it belongs to.</param>
/// <param name="elements">What must follow each other.</param>
sealed class RefusalPattern(int group, IReadOnlyList<RefusalPattern.Element> elements)
{
    const int LongestGap = 4, MostRepetitions = 3;

    /// <summary>What an element asks for.</summary>
    public enum Kind
    {
        /// <summary>One of some words.</summary>
        Word,
        /// <summary>One of some words, or nothing.</summary>
        Optional,
        /// <summary>Up to three of some words.</summary>
        Repeated,
        /// <summary>Up to four words of the same sentence, whatever they are.</summary>
        Gap,
        /// <summary>Nothing, where none of some words follows.</summary>
        Unless,
        /// <summary>Nothing, where a sentence begins.</summary>
        SentenceStart,
    }

    /// <summary>One element.</summary>
    /// <param name="Kind">What it asks for.</param>
    /// <param name="Words">The numbers of the words; empty for a gap and a beginning.</param>
    /// <param name="OrEnd">True where the end of the text will do as well.</param>
    public readonly record struct Element(Kind Kind, HashSet<int> Words, bool OrEnd);

    /// <summary>Number of the group that it belongs to.</summary>
    public int Group => group;

    /// <summary>The words that it can begin with.</summary>
    public IReadOnlySet<int> FirstWords { get; } = elements.First(element => element.Kind == Kind.Word).Words;

    /// <summary>Looks for it at one place.</summary>
    /// <returns>The first token behind it; −1 where it does not match there.</returns>
    public int Match(IReadOnlyList<RefusalToken> tokens, int at) => Match(tokens, at, 0);

    int Match(IReadOnlyList<RefusalToken> tokens, int at, int next)
    {
        if (next == elements.Count) return at;
        var element = elements[next];
        switch (element.Kind)
        {
            case Kind.SentenceStart:
                return tokens[at].Opens ? Match(tokens, at, next + 1) : -1;
            case Kind.Unless:
                return at < tokens.Count && element.Words.Contains(tokens[at].Word) ? -1 : Match(tokens, at, next + 1);
            case Kind.Word:
                if (at == tokens.Count) return element.OrEnd ? at : -1;
                return element.Words.Contains(tokens[at].Word) ? Match(tokens, at + 1, next + 1) : -1;
            default:
                return MatchSome(tokens, at, next, element);
        }
    }

    /// <summary>Takes as few words as will do.</summary>
    int MatchSome(IReadOnlyList<RefusalToken> tokens, int at, int next, Element element)
    {
        var most = element.Kind switch { Kind.Gap => LongestGap, Kind.Repeated => MostRepetitions, _ => 1 };
        for (var end = at; end <= at + most; end++)
        {
            if (element.Kind == Kind.Gap && end < tokens.Count && tokens[end].Sentence != tokens[at - 1].Sentence) return -1;
            if (Match(tokens, end, next + 1) is var matched and >= 0) return matched;
            if (end == tokens.Count || element.Kind != Kind.Gap && !element.Words.Contains(tokens[end].Word)) return -1;
        }
        return -1;
    }
}
