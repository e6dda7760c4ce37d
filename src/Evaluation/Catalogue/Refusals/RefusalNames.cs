namespace ActorRlhf.Evaluation.Catalogue.Refusals;

/// <summary>Names of features, as they stand among the weights: <c>inability@first</c>, <c>shape:list</c>, <c>words:i must</c>.</summary>
sealed class RefusalNames(RefusalLexicon lexicon, RefusalWords words)
{
    const string Shape = "shape:", Words = "words:", Opening = "opening:";
    const char At = '@';

    /// <summary>The name of a feature.</summary>
    public string Of(RefusalFeature feature) => feature.Kind switch
    {
        RefusalFeature.Kinds.Pattern => $"{lexicon.Groups[feature.First].Name}{At}{Lower((RefusalPlace)feature.Second)}",
        RefusalFeature.Kinds.Shape => Shape + Lower((RefusalShape)feature.First),
        RefusalFeature.Kinds.Words => Words + WordsOf(feature),
        RefusalFeature.Kinds.Opening => Opening + WordsOf(feature),
        _ => throw new ArgumentOutOfRangeException(nameof(feature), feature.Kind, "There is no such kind of feature."),
    };

    /// <summary>The feature of a name.</summary>
    /// <exception cref="FormatException">No feature has this name.</exception>
    public RefusalFeature Find(string name)
    {
        if (name.StartsWith(Words, StringComparison.Ordinal)) return OfWords(RefusalFeature.Kinds.Words, name[Words.Length..]);
        if (name.StartsWith(Opening, StringComparison.Ordinal)) return OfWords(RefusalFeature.Kinds.Opening, name[Opening.Length..]);
        return Enum.GetValues<RefusalShape>().Select(RefusalFeature.Of).Concat(Patterns())
            .Where(feature => Of(feature) == name).Select(feature => (RefusalFeature?)feature).FirstOrDefault()
            ?? throw new FormatException($"'{name}' names no feature of the refusal model: train its weights again.");
    }

    /// <summary>Every group at every place.</summary>
    public IEnumerable<RefusalFeature> Patterns() =>
        from @group in Enumerable.Range(0, lexicon.Groups.Count)
        where lexicon.Groups[@group].Name != RefusalGroup.None
        from place in Enum.GetValues<RefusalPlace>()
        select new RefusalFeature(RefusalFeature.Kinds.Pattern, @group, (int)place);

    string WordsOf(RefusalFeature feature) => string.Join(' ',
        ((int[])[feature.First, feature.Second, feature.Third]).Where(word => word > 0).Select(word => words[word]));

    RefusalFeature OfWords(RefusalFeature.Kinds kind, string written)
    {
        int[] numbers = [.. written.Split(' ').Select(word => words.NumberOf(word)), 0, 0];
        return new RefusalFeature(kind, numbers[0], numbers[1], numbers[2]);
    }

    static string Lower<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
