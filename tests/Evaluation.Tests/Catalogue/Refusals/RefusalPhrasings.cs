using ActorRlhf.Evaluation.Catalogue.Refusals;

namespace ActorRlhf.Evaluation.Tests.Catalogue.Refusals;

/// <summary>
/// Refusals and answers in phrasings of our own, as models other than the two of the data have them. 180 were written in one go before
/// any pattern was, and dealt out by turns: patterns were tuned on one half; the other half was only counted, at many steps. It has the
/// same author, so it flatters: of eight further batches, 79% were told right at first sight (571 of 726), before they were tuned on as
/// well. The last two are whole answers: 135 of 180, most of them meant to be hard, and 129 of 150 as models usually write.
/// </summary>
static class RefusalPhrasings
{
    /// <summary>What patterns were tuned on.</summary>
    public static IReadOnlyList<RefusalExample> Tuned { get; } = Read("phrasings-tuned.tsv");

    /// <summary>What nothing was tuned on.</summary>
    public static IReadOnlyList<RefusalExample> Heldout { get; } = Read("phrasings-heldout.tsv");

    static IReadOnlyList<RefusalExample> Read(string file) =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, file)).Select(line => Example(line.Split('\t')))];

    // full, partial or comply, and the text, in which \n is the end of a line.
    static RefusalExample Example(string[] cells) =>
        new(cells[1].Replace("\\n", "\n", StringComparison.Ordinal), cells[0] is "full" or "partial", cells[0] == "partial");
}
