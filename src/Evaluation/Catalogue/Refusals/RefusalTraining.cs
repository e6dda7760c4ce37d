namespace ActorRlhf.Evaluation.Catalogue.Refusals;

/// <summary>
/// Finds the weights of a <see cref="RefusalModel"/>: the most probable ones under a normal prior around what
/// <c>refusal-patterns.txt</c> says, so that what the data never show keeps the weight that was written by hand.
/// </summary>
/// <remarks>
/// Each example is read twice, whole and up to the end of its first sentence, because most models refuse in one sentence, and those of
/// the data in several. Deterministic: the same examples in the same order give the same weights, on every machine.
/// </remarks>
static class RefusalTraining
{
    const int LeastTexts = 6;                        // in which words must stand, or they are the topic of a prompt
    const double ByHandStrength = 5, WordStrength = 20, TextStrength = .05; // inverse variances of the priors
    const double EarlyShare = .95, LaterShare = .4;    // of a group's weight, where it stands behind the first sentence
    const double LeastWeight = .02;                   // words that weigh less are left out
    const int Decimals = 3;

    /// <summary>Trains a model.</summary>
    /// <param name="patterns">Lines of <c>refusal-patterns.txt</c>.</param>
    /// <param name="examples">The data.</param>
    public static RefusalModel Fit(IEnumerable<string> patterns, IReadOnlyList<RefusalExample> examples)
    {
        var words = new RefusalWords(grows: true);
        var lexicon = new RefusalLexicon(patterns, words);
        var reader = new RefusalFeatures(lexicon, _ => true);
        var whole = examples.Select(example => reader.Of(new RefusalText(example.Completion, words))).ToList();
        var begun = examples.Select(example => reader.Of(FirstSentence(example.Completion, words))).ToList();

        RefusalFeature[] byHand =
            [.. Enum.GetValues<RefusalShape>().Select(RefusalFeature.Of), .. new RefusalNames(lexicon, words).Patterns()];
        RefusalFeature[] all = [.. byHand, .. whole.Concat(begun).SelectMany(text => text.Select(one => one.Feature))
            .Where(feature => !feature.IsByHand).CountBy(feature => feature)
            .Where(count => count.Value >= LeastTexts).Select(count => count.Key)];
        var refuses = LogisticRegression.Fit(
            Rows([.. whole, .. begun], all),
            [.. examples.Concat(examples).Select(example => example.Refuses)],
            [.. all.Select(feature => Prior(feature, lexicon).Refuses)],
            [.. all.Select(Strength)]);
        var refused = Enumerable.Range(0, examples.Count).Where(i => examples[i].Refuses).ToList();
        var partly = LogisticRegression.Fit(
            Rows([.. refused.Select(i => whole[i])], byHand),
            [.. refused.Select(i => examples[i].Partly)],
            [.. byHand.Select(feature => Prior(feature, lexicon).Partly)],
            [.. byHand.Select(Strength)]);

        var weights = new Dictionary<RefusalFeature, RefusalWeight>();
        for (var i = 0; i < all.Length; i++)
            if (all[i].IsByHand) weights[all[i]] = new RefusalWeight(Math.Round(refuses[i], Decimals), Math.Round(partly[i], Decimals));
            else if (Math.Abs(refuses[i]) >= LeastWeight) weights[all[i]] = new RefusalWeight(Math.Round(refuses[i], Decimals), 0);
        return new RefusalModel(words, lexicon, weights);
    }

    static RefusalText FirstSentence(string completion, RefusalWords words) =>
        new(completion[..new RefusalText(completion, words).FirstSentenceEnd], words);

    static IReadOnlyList<(int Column, double Value)[]> Rows(
        IReadOnlyList<IReadOnlyList<RefusalEvidence>> texts, RefusalFeature[] features)
    {
        var columns = features.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        return [.. texts.Select(text => text.Where(one => columns.ContainsKey(one.Feature))
            .Select(one => (columns[one.Feature], one.Value)).ToArray())];
    }

    static double Strength(RefusalFeature feature) =>
        feature == RefusalFeature.Of(RefusalShape.Text) ? TextStrength : feature.IsByHand ? ByHandStrength : WordStrength;

    static RefusalWeight Prior(RefusalFeature feature, RefusalLexicon lexicon) => feature.Kind switch
    {
        RefusalFeature.Kinds.Pattern => new RefusalWeight(
            lexicon.Groups[feature.First].Refuses * Share((RefusalPlace)feature.Second), lexicon.Groups[feature.First].Partly),
        RefusalFeature.Kinds.Shape => (RefusalShape)feature.First switch
        {
            RefusalShape.Text => new RefusalWeight(-1.5, -2),
            RefusalShape.Length => new RefusalWeight(-.5, .5),
            RefusalShape.List => new RefusalWeight(-.7, 1.5),
            RefusalShape.Code => new RefusalWeight(-1, 1.5),
            _ => new RefusalWeight(0, 0),
        },
        _ => new RefusalWeight(0, 0),
    };

    static double Share(RefusalPlace place) => place switch { RefusalPlace.First => 1, RefusalPlace.Early => EarlyShare, _ => LaterShare };
}
