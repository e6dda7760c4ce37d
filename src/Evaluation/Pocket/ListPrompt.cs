using ActorRlhf.Evaluation.Randomness;

namespace ActorRlhf.Evaluation.Pocket;

/// <summary>
/// Some words of one topic. Gold: the share of distinct words on topic,
/// less a quarter for each word of another topic, never below 0.
/// </summary>
sealed class ListPrompt : PocketPrompt
{
    readonly Topic _topic;
    readonly int _length;

    ListPrompt(string lead, string verb, int length, Topic topic)
        : base(PocketFamily.List, $"{lead}{verb} {length} {topic.Name} words", Listed(topic.Members.Take(length)))
    {
        _topic = topic;
        _length = length;
    }

    public static IEnumerable<PocketPrompt> All() =>
        from lead in Phrases.LeadIns
        from verb in (string[])["list", "name", "write", "give me"]
        from length in Enumerable.Range(2, 4)
        from topic in Topics.All
        select new ListPrompt(lead, verb, length, topic);

    internal override double TaskScore(Words completion)
    {
        var onTopic = completion.CountDistinctWhere(_topic.Members.Contains);
        var offTopic = completion.CountWhere(word => Topics.All.Any(other => other != _topic && other.Members.Contains(word)));
        return Math.Max(0, (double)Math.Min(onTopic, _length) / _length - .25 * offTopic);
    }

    private protected override string DrawLazy(PhiloxStream draws) => Listed([draws.Pick(_topic.Members)]);

    private protected override string DrawGuess(PhiloxStream draws) =>
        Listed(Enumerable.Range(0, _length).Select(_ => draws.Pick(draws.Pick(Topics.All).Members)));

    private protected override string DrawRight(PhiloxStream draws) =>
        Listed(draws.Permutation(_topic.Members.Count).Take(_length).Select(i => _topic.Members[i]));

    static string Listed(IEnumerable<string> words) => string.Join(" , ", words) + " .";
}
