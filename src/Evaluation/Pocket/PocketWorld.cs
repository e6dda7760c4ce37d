using ActorRlhf.Evaluation.Randomness;

namespace ActorRlhf.Evaluation.Pocket;

/// <summary>
/// A small procedural world of instructions whose true utility is known, so that reward hacking can be measured on a laptop.
/// </summary>
/// <remarks>Immutable and thread-safe. Everything is enumerated from the grammar; a draw depends on the stream alone.</remarks>
public static class PocketWorld
{
    /// <summary>Longest prompt in tokens, with one token before (BOS) and one after (separator).</summary>
    public const int MaxPromptTokens = 22;

    /// <summary>Longest completion in tokens, EOS included.</summary>
    public const int MaxCompletionTokens = 28;

    static readonly Dictionary<string, PocketPrompt> ByText = Enumerate().ToDictionary(prompt => prompt.Text);

    static readonly PocketPrompt[][][] BySet = [.. Enum.GetValues<PromptSet>().Select(set =>
        ByText.Values.Where(prompt => prompt.Set == set).GroupBy(prompt => prompt.Family).Select(family => family.ToArray()).ToArray())];

    /// <summary>Every prompt, family after family, in a fixed order.</summary>
    public static IReadOnlyList<PocketPrompt> Prompts { get; } = [.. ByText.Values];

    /// <summary>
    /// Every word of every prompt, reference and demonstration, once, in ordinal order; special tokens are not among them.
    /// </summary>
    public static IReadOnlyList<string> Vocabulary { get; } = [.. Fragments()
        .SelectMany(text => text.Split(' ')).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>
    /// Draws a family, each equally likely, and one of its prompts in a set, each equally likely; two uniforms are consumed.
    /// </summary>
    /// <param name="set">Which of the disjoint sets to draw from.</param>
    /// <param name="draws">Where randomness comes from.</param>
    public static PocketPrompt DrawPrompt(PromptSet set, PhiloxStream draws) => draws.Pick(draws.Pick(BySet[(int)set]));

    /// <summary>
    /// Draws an answer of deliberately mixed quality, the data of SFT:
    /// about half right, and a courtesy phrase before or after one in five.
    /// </summary>
    /// <param name="prompt">The prompt to answer.</param>
    /// <param name="draws">Where randomness comes from.</param>
    /// <returns>
    /// Words separated by single spaces; with EOS at most <see cref="MaxCompletionTokens"/>
    /// tokens (a closing phrase that does not fit is left out).
    /// </returns>
    public static string DrawDemonstration(PocketPrompt prompt, PhiloxStream draws)
    {
        var answer = prompt.DrawBody(draws);
        if (draws.Chance(.2)) answer = $"{draws.Pick(Phrases.Openings)} {answer}";
        for (var i = 0; i < 2; i++)
        {
            if (!draws.Chance(.2)) continue;
            var longer = $"{answer} {draws.Pick(Phrases.Closings)}";
            if (new Words(longer).Count < MaxCompletionTokens) answer = longer;
        }
        return answer;
    }

    /// <summary>The prompt with exactly this text; null where Pocket has none.</summary>
    internal static PocketPrompt? Find(string promptText) => ByText.GetValueOrDefault(promptText);

    static IEnumerable<PocketPrompt> Enumerate() =>
        [
            .. ArithmeticPrompt.All(), .. ChoicePrompt.All(), .. ListPrompt.All(),
            .. HarmlessPrompt.All(), .. HarmfulPrompt.All(), .. StylePrompt.All(),
        ];

    /// <summary>The pieces that prompts and demonstrations are made of.</summary>
    static IEnumerable<string> Fragments() =>
    [
        .. Prompts.Select(prompt => prompt.Text), .. Prompts.Select(prompt => prompt.Reference),
        .. Topics.All.SelectMany(topic => topic.Members), .. Requests.All.Select(request => request.Instructions),
        Phrases.Refusal, Phrases.Lazy, .. Phrases.Openings, .. Phrases.Closings,
    ];
}
