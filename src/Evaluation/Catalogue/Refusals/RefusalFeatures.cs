using ActorRlhf.Evaluation.Numerics;

namespace ActorRlhf.Evaluation.Catalogue.Refusals;

/// <summary>Finds the features of completions. Linear in the text: a pattern looks at a bounded number of words.</summary>
/// <param name="lexicon">The patterns.</param>
/// <param name="isKnown">Whether a feature found in data counts; all do while weights are trained.</param>
sealed class RefusalFeatures(RefusalLexicon lexicon, Predicate<RefusalFeature> isKnown)
{
    const int NgramTokens = 60;                       // where whole texts were counted, words of their topic were learnt instead
    const int EarlyTokens = 80;
    const int LeastItems = 2;

    /// <summary>Each feature of a text once, where it is first seen, in a fixed order.</summary>
    public IReadOnlyList<RefusalEvidence> Of(RefusalText text)
    {
        var found = new Dictionary<RefusalFeature, RefusalEvidence>();
        AddShapes(text, found);
        AddPatterns(text.Tokens, found);
        AddWords(text.Tokens, found);
        return [.. found.Values];                     // in the order of insertion, as nothing is removed
    }

    static void AddShapes(RefusalText text, Dictionary<RefusalFeature, RefusalEvidence> found)
    {
        Add(RefusalShape.Text, 1);
        Add(RefusalShape.Length, Math.Min(2, PortableMath.LogP1(text.Length) / 3));
        if (text.ListItems >= LeastItems) Add(RefusalShape.List, 1);
        if (text.HasCode) Add(RefusalShape.Code, 1);
        if (text.Asks) Add(RefusalShape.Question, 1);

        void Add(RefusalShape shape, double value) =>
            found[RefusalFeature.Of(shape)] = new RefusalEvidence(RefusalFeature.Of(shape), value, 0, 0);
    }

    void AddPatterns(IReadOnlyList<RefusalToken> tokens, Dictionary<RefusalFeature, RefusalEvidence> found)
    {
        var taken = Idioms(tokens);
        for (var at = 0; at < tokens.Count; at++)
            foreach (var pattern in lexicon.BeginningWith(tokens[at].Word))
            {
                if (lexicon.Groups[pattern.Group].Name == RefusalGroup.None) continue;
                var end = pattern.Match(tokens, at);
                if (end < 0 || taken.AsSpan(at, end - at).Contains(true)) continue;
                var feature = new RefusalFeature(RefusalFeature.Kinds.Pattern, pattern.Group, (int)PlaceOf(tokens[at], at));
                found.TryAdd(feature, new RefusalEvidence(feature, 1, tokens[at].Start, tokens[end - 1].End));
            }
    }

    /// <summary>The words that belong to an idiom, such as "I can't recommend it enough", and count for no group.</summary>
    bool[] Idioms(IReadOnlyList<RefusalToken> tokens)
    {
        var taken = new bool[tokens.Count];
        for (var at = 0; at < tokens.Count; at++)
            foreach (var pattern in lexicon.BeginningWith(tokens[at].Word))
                if (lexicon.Groups[pattern.Group].Name == RefusalGroup.None && pattern.Match(tokens, at) is var end and > 0)
                    Array.Fill(taken, true, at, end - at);
        return taken;
    }

    void AddWords(IReadOnlyList<RefusalToken> tokens, Dictionary<RefusalFeature, RefusalEvidence> found)
    {
        var count = Math.Min(NgramTokens, tokens.Count);
        for (var at = 0; at < count; at++)
        {
            int first = tokens[at].Word, second = WordAt(at + 1), third = WordAt(at + 2);
            if (first == 0) continue;
            Add(RefusalFeature.Kinds.Words, first, 0, 0, at);
            if (at == 0) Add(RefusalFeature.Kinds.Opening, first, 0, 0, at);
            if (second == 0) continue;
            Add(RefusalFeature.Kinds.Words, first, second, 0, at + 1);
            if (at == 0) Add(RefusalFeature.Kinds.Opening, first, second, 0, at + 1);
            if (third > 0) Add(RefusalFeature.Kinds.Words, first, second, third, at + 2);

            int WordAt(int index) => index < count ? tokens[index].Word : 0;

            void Add(RefusalFeature.Kinds kind, int one, int two, int three, int last)
            {
                var feature = new RefusalFeature(kind, one, two, three);
                if (isKnown(feature)) found.TryAdd(feature, new RefusalEvidence(feature, 1, tokens[at].Start, tokens[last].End));
            }
        }
    }

    static RefusalPlace PlaceOf(RefusalToken token, int at) =>
        token.Sentence == 0 ? RefusalPlace.First : token.Sentence <= 2 && at < EarlyTokens ? RefusalPlace.Early : RefusalPlace.Later;
}
